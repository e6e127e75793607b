/** The codes that the operating system has for trouble with the network, as people say them. Pure. */

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name server does not answer",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ETIMEDOUT: "no answer",
};

/** The address is told beside it; what is not known stays as it is. */
export function inPlainWords(reason: string): string {
  const code = Object.keys(words).find(each => reason.includes(each));
  return (code === undefined ? undefined : words[code]) ?? reason;
}

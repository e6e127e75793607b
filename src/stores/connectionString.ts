/** Connection strings and the secrets in them. Pure. */

export interface SplitAddress {
  /** The address without user and password. */
  readonly url: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
}

/** `scheme://user:password@host/…` becomes the address without them, and what they were, decoded. */
export function splitCredentials(address: string): SplitAddress {
  const text = address.trim();
  const match = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@(.*)$/is.exec(text);
  if (match === null) return { url: text, credentials: undefined };
  const [, scheme = "", userInfo = "", rest = ""] = match;
  const colon = userInfo.indexOf(":");
  const username = colon < 0 ? userInfo : userInfo.slice(0, colon);
  const password = colon < 0 ? "" : userInfo.slice(colon + 1);
  return {
    url: scheme + rest,
    credentials: { username: decode(username), password: decode(password) },
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: then it was never encoded.
    return text;
  }
}

/**
 * The address of a store's server, parted into what may be shown and saved and what is secret. The one place that takes
 * addresses apart: who connects, who names, who saves and who holds secrets must all mean the same server. Pure.
 *
 *     mongodb://reader:pa55#w0rd@db-1:27017,db-2:27017/shop?replicaSet=rs
 *               └─ user info ──┘ └──── hosts ────────┘└──── rest ───────┘
 *     mongodb://db-1/?proxyHost=corp&proxyPassword=pa55
 *                                    └─ a secret option ┘
 *
 * Passwords are pasted as they are, with `#`, `/`, `?`, `%` and `@` that should have been escaped. User information is
 * therefore all that stands before the last `@` that a host follows.
 */

export interface Credentials {
  /** Empty for a token. */
  readonly username: string;
  readonly password: string;
  /** Parameters of the address that are secret, such as `proxyPassword`; by the names with which they were written. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface StoreAddress {
  readonly kind: "address";
  readonly scheme: string;
  /** Without what is secret, else as it was written. */
  readonly url: string;
  /** The name of the first host, without its port; an IPv6 address keeps its brackets. */
  readonly hostName: string;
  /** The servers that a secret belongs to, and how they are spoken to where a setting could change that. */
  readonly origin: string;
  /** Decoded. */
  readonly credentials: Credentials | undefined;
}

/** Why a text is no address. Holds nothing of the text, which may be a password. */
export interface BadAddress {
  readonly kind: "bad";
  readonly fault: "scheme" | "characters" | "host" | "ambiguous" | "options";
}

export const badAddressReasons: Readonly<Record<BadAddress["fault"], string>> = {
  scheme: "the address must begin with http://, https://, mongodb:// or mongodb+srv://",
  characters: "the address must not contain a backslash, a blank or a control character",
  host: "the address names no host",
  options: "the parameters of the address are not sent; a key belongs to the store's credentials",
  ambiguous:
    "it cannot be told where the password ends and the host begins; write @ / ? # in a password as %40 %2F %3F %23",
};

/** Room for a hundred of hosts; what is longer was not meant to be an address. */
const MAX_LENGTH = 8_192;
const SCHEME = /^(https?|mongodb(?:\+srv)?):\/\//i;
const HOST = String.raw`(?:\[[\da-f:.]+\]|[^\s@/?#\\:,[\]<>"^\`{|}]+)(?::\d{1,5})?`;
const HOSTS = new RegExp(`^${HOST}(?:,${HOST})*(?=[/?#]|$)`, "i");

const CONTROL = /[\u0000-\u001f\u007f]/;
/** WHATWG's parser takes a backslash for a slash and passes over line breaks: others would see another host. */

const MISREAD_BY_URL = /[\\\u0000-\u001f\u007f]/;
const BLANK = /\s/;
/** After a host: what no part of a password looks like. */
const QUERY_AFTER_HOST = /^(?:\/[^/?#@]*)?\?[\w.]+=[^#]*$/;
/** Options by which a setting could send a secret elsewhere, or in clear text. */
const RISKY_OPTION = /^(?:tls|ssl|proxy|authMechanism)/i;
/** Names of parameters whose values are secrets, in MongoDB's options and in what web servers take. */
const SECRET_OPTION =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|signature|credentials?|jwt|bearer)$|^(?:auth|authorization|key|sig|x-amz-signature|x-goog-signature)$/i;
/** `authMechanismProperties` names services and environments, and at times holds a token of AWS. */
const SECRET_PROPERTY = /(?:SESSION_TOKEN|PASSWORD|SECRET)\w*:/i;

export function parseStoreAddress(text: string): StoreAddress | BadAddress {
  const trimmed = text.trim();
  const written = SCHEME.exec(trimmed);
  if (written === null) return bad("scheme");
  const scheme = (written[1] ?? "").toLowerCase();
  const isHttp = scheme.startsWith("http");
  if (trimmed.length > MAX_LENGTH) return bad("host");
  const parts = partUserInfo(trimmed.slice(written[0].length));
  if ("fault" in parts) return bad(parts.fault);
  const { userInfo, hosts } = parts;
  const isMisread = isHttp ? MISREAD_BY_URL.test(userInfo) : CONTROL.test(userInfo);
  if (isMisread || BLANK.test(parts.rest) || MISREAD_BY_URL.test(parts.rest)) {
    return bad("characters");
  }
  // A fragment is sent to no web server.
  const { rest, options } = takeSecrets(isHttp ? parts.rest.replace(/#.*/, "") : parts.rest);
  // The driver of MongoDB looks for the first `@`, wherever it stands.
  const place = hosts + rest.replaceAll("@", "%40");
  const url = `${scheme}://${place}`;
  const origin = isHttp ? httpOrigin(url) : mongoOrigin(scheme, hosts, rest);
  if (origin === undefined || (scheme !== "mongodb" && hosts.includes(","))) return bad("host");
  const [first = ""] = hosts.split(",", 1);
  const hostName = first.replace(/:\d*$/, "");
  const credentials = readCredentials(userInfo, options);
  return { kind: "address", scheme, url, hostName, origin, credentials };
}

/** Parts the secret parameters from the others. */
function takeSecrets(rest: string): {
  readonly rest: string;
  readonly options: Credentials["options"];
} {
  const mark = rest.indexOf("?");
  if (mark < 0) return { rest, options: undefined };
  const [, fragment = ""] = /(#.*)$/.exec(rest) ?? [];
  const secret: [string, string][] = [];
  const publicParameters = rest
    .slice(mark + 1, rest.length - fragment.length)
    .split("&")
    .filter(parameter => {
      const equals = parameter.indexOf("=");
      const name = decode(equals < 0 ? parameter : parameter.slice(0, equals));
      const value = equals < 0 ? "" : decode(parameter.slice(equals + 1));
      const isSecret = SECRET_OPTION.test(name) || SECRET_PROPERTY.test(value);
      if (isSecret && value !== "") secret.push([name, value]);
      return !isSecret;
    });
  if (secret.length === 0) return { rest, options: undefined };
  const query = publicParameters.length === 0 ? "" : `?${publicParameters.join("&")}`;
  return { rest: rest.slice(0, mark) + query + fragment, options: Object.fromEntries(secret) };
}

function bad(fault: BadAddress["fault"]): BadAddress {
  return { kind: "bad", fault };
}

interface Parts {
  /** Empty where there is none. */
  readonly userInfo: string;
  readonly hosts: string;
  readonly rest: string;
}

function partUserInfo(text: string): Parts | Pick<BadAddress, "fault"> {
  for (let end = text.length; end > 0;) {
    const at = text.lastIndexOf("@", end - 1);
    const parts = readParts(text, at);
    if (parts !== undefined) {
      return isQueryOfEarlierHost(parts.userInfo) ? { fault: "ambiguous" } : parts;
    }
    end = at;
  }
  return { fault: text.includes("@") ? "ambiguous" : "host" };
}

/** `undefined` where no host stands after this `@`, or where a later `@` may be a password's. */
function readParts(text: string, at: number): Parts | undefined {
  const place = text.slice(at + 1);
  const [hosts] = HOSTS.exec(place) ?? [];
  if (hosts === undefined) return undefined;
  const rest = place.slice(hosts.length);
  // Azure's own strings end in `&appName=@account@`.
  if (rest.includes("@") && !QUERY_AFTER_HOST.test(rest)) return undefined;
  return { userInfo: text.slice(0, Math.max(at, 0)), hosts, rest };
}

/** `u:p@host/?appName=me` before `@corp`: either the name of an application or a strange password. */
function isQueryOfEarlierHost(userInfo: string): boolean {
  const mark = userInfo.indexOf("?");
  if (mark < 0 || !/^[\w.]+=/.test(userInfo.slice(mark + 1))) return false;
  const place = userInfo.slice(userInfo.lastIndexOf("@", mark) + 1, mark);
  const [hosts] = HOSTS.exec(place) ?? [];
  return hosts !== undefined && /^(?:\/[^/]*)?$/.test(place.slice(hosts.length));
}

function readCredentials(
  userInfo: string,
  options: Credentials["options"],
): Credentials | undefined {
  if (userInfo === "" && options === undefined) return undefined;
  const colon = userInfo.indexOf(":");
  const username = colon < 0 ? userInfo : userInfo.slice(0, colon);
  const password = colon < 0 ? "" : userInfo.slice(colon + 1);
  return {
    ...{ username: decode(username), password: decode(password) },
    ...(options !== undefined && { options }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A stray percent sign: then it was never encoded.
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

function httpOrigin(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed === null || parsed.username !== "" || parsed.password !== ""
    ? undefined
    : parsed.origin;
}

/** `URL` knows no list of hosts. A fragment means nothing to the driver, which takes it for a part of the host. */
function mongoOrigin(scheme: string, hosts: string, rest: string): string | undefined {
  if (rest.includes("#")) return undefined;
  const mark = rest.indexOf("?");
  const options = new URLSearchParams(mark < 0 ? "" : rest.slice(mark));
  for (const name of [...options.keys()]) if (!RISKY_OPTION.test(name)) options.delete(name);
  options.sort();
  const origin = `${scheme}://${hosts.toLowerCase()}`;
  return options.size === 0 ? origin : `${origin}/?${options.toString()}`;
}

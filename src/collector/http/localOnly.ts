/**
 * Who may speak to a receiver. It listens on loopback only, but any page in a browser on this machine can send requests
 * there, in its own name or, by a name that it lets resolve to 127.0.0.1, in that of its own host. Pure.
 */

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const LOOPBACK_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Names by which containers and virtual machines of this machine call it. `.internal` is reserved for private use, so no
 * page can have one of them resolve to where it likes.
 */
const CONTAINER_HOST =
  /^(?:(?:host|gateway|kubernetes)\.docker\.internal|host\.(?:containers|lima|orb|minikube|rancher-desktop)\.internal)(?::\d{1,5})?$/i;

/** Whether a `Host` header names this machine and nothing that resolves to it. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && (LOOPBACK_HOST.test(host) || CONTAINER_HOST.test(host));
}

/** Whether an `Origin` header is that of a page of this machine; `null`, of a file or a sandbox, is not. */
export function isLocalOrigin(origin: string): boolean {
  return LOOPBACK_ORIGIN.test(origin);
}

/**
 * Whether a page of another origin asks, which a browser says of every request to this machine. Pictures and links of a
 * page have no `Origin`.
 */
export function isFromOtherPage(fetchSite: string | undefined): boolean {
  return fetchSite !== undefined && fetchSite !== "none" && fetchSite !== "same-origin";
}

/** The headers that a browser must see before a page of this machine may read the answer. */
export function corsHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    "Access-Control-Allow-Origin": origin,
    // Beacons are sent with credentials, whether there are any or not.
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "Retry-After",
    Vary: "Origin",
  };
}

/** Ten minutes: a preflight before every batch would double the requests. */
const PREFLIGHT_SECONDS = 600;

export function preflightHeaders(
  origin: string,
  requestedHeaders: string | undefined,
): Readonly<Record<string, string>> {
  return {
    ...corsHeaders(origin),
    "Access-Control-Allow-Methods": "POST",
    ...(requestedHeaders !== undefined && { "Access-Control-Allow-Headers": requestedHeaders }),
    "Access-Control-Max-Age": String(PREFLIGHT_SECONDS),
    Vary: "Origin, Access-Control-Request-Headers",
  };
}

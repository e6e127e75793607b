import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";

/** Asks another server the same, and answers as it does. */
export function passOn(target: string): RequestListener {
  return (request, response) => {
    void text(request)
      .then(body =>
        fetch(target + (request.url ?? ""), {
          method: request.method,
          headers: { "content-type": request.headers["content-type"] ?? "text/plain" },
          ...(body !== "" && { body }),
        }),
      )
      .then(async answer => {
        const type = answer.headers.get("content-type") ?? "text/plain";
        response.writeHead(answer.status, { "content-type": type });
        response.end(Buffer.from(await answer.arrayBuffer()));
      })
      .catch(() => response.writeHead(502).end());
  };
}

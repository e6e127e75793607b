/** Requests as no browser and no SDK would send them: any method, path and header, and bytes of a connection by hand. */

import { once } from "node:events";
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly address?: string;
}

export function send(port: number, path: string, options: RawRequest = {}): Promise<RawAnswer> {
  const { method = "POST", headers = {}, body, address = "127.0.0.1" } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: address, port, path, method, headers, agent: false });
    outgoing.on("error", reject);
    outgoing.on("response", response => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: bytes,
          text: bytes.toString(),
        });
      });
    });
    outgoing.end(body);
  });
}

/** What comes back until the connection is closed by the other side. */
export async function sendBytes(port: number, ...parts: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  socket.on("error", () => undefined);
  for (const part of parts) socket.write(part);
  await once(socket, "close");
  return answer;
}

/** Servers that a test makes up, for what a real one cannot be brought to do, and what came of asking them. */

import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { getFailure, type Failure } from "../../src/model/failure.ts";
import { passOn } from "./passOn.ts";

/** Its address; it ends with the test. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy before a real server that lets one user in. */
export function serveGuarded(target: string, username: string, password: string): Promise<string> {
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return serve((request, response) => {
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { "content-type": "text/html" }).end("<title>Log in</title>");
      return;
    }
    passOn(target)(request, response);
  });
}

export async function failureOf(answer: Promise<unknown>): Promise<Failure | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => getFailure(error),
  );
}

/** What stands before a server where a team runs one: a gateway that lets some in, by Basic or by a key, or speaks TLS. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startFaulty, type FaultyServer } from "../../contract/faultyServer.ts";
import { passOn } from "../../contract/passOn.ts";

export type Admission =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "header"; readonly header: string; readonly key: string };

/** Refuses with 401 and a page, as gateways do. */
export function startGuard(target: string, admission: Admission): Promise<FaultyServer> {
  const [header, wanted] =
    admission.kind === "header"
      ? [admission.header.toLowerCase(), admission.key]
      : ["authorization", toBasic(admission.username, admission.password)];
  const pass = passOn(target);
  return startFaulty((request, response) => {
    if (request.headers[header] === wanted) {
      pass(request, response);
      return;
    }
    response.writeHead(401, { "content-type": "text/html" }).end("<title>Log in</title>");
  });
}

/** With the certificate of `createCertificate` in the folder. */
export async function startSecure(target: string, folder: string): Promise<FaultyServer> {
  const [key, cert] = await Promise.all(
    ["key.pem", "cert.pem"].map(file => readFile(join(folder, file), "utf8")),
  );
  return startFaulty(passOn(target), { key: key ?? "", cert: cert ?? "" });
}

function toBasic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

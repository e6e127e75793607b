/** A certificate for 127.0.0.1, signed by an authority of one's own: `ca.pem`, `cert.pem` and `key.pem` in the folder. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand, type CommandResult } from "../peers/cache.ts";

export async function createCertificate(folder: string): Promise<CommandResult> {
  const openssl = (...args: readonly string[]) => runCommand("openssl", args, { cwd: folder });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = await openssl(
    ...["req", "-x509", ...newKey, "-subj", "/CN=Our Own Authority", "-days", "2"],
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  );
  if (!authority.ok) return authority;
  const request = await openssl(
    ...["req", ...newKey, "-subj", "/CN=server", "-keyout", "key.pem", "-out", "request.pem"],
  );
  if (!request.ok) return request;
  await writeFile(join(folder, "names.txt"), "subjectAltName=IP:127.0.0.1");
  return openssl(
    ...["x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key"],
    ...["-CAcreateserial", "-extfile", "names.txt", "-days", "2", "-out", "cert.pem"],
  );
}

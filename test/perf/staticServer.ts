/** Files of a folder, and answers that are made, over HTTP on loopback. */

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export interface StaticServer {
  readonly url: string;
  readonly close: () => void;
}

/** What is no file is answered by `make`, and else by the folder's `index.html`, as servers of pages do. */
export async function serveFolder(
  folder: string,
  make: (path: string) => Uint8Array | undefined,
): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const made = make(path);
    const read = async (): Promise<void> => {
      if (made !== undefined) {
        response.setHeader("content-type", "application/json");
        response.end(made);
        return;
      }
      const file = path === "/" ? "/index.html" : path;
      const bytes = await readFile(join(folder, file)).catch(() => undefined);
      response.setHeader("content-type", bytes ? (types[extname(file)] ?? "") : "text/html");
      response.end(bytes ?? (await readFile(join(folder, "index.html"))));
    };
    read().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Addresses that parsers read differently: the secret of one server must not be sent to another. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SecretStorage } from "vscode";
import { StoreSecrets } from "../../../src/platform/secrets.ts";
import { checkStoreConfigs, openStore } from "../../../src/stores/open.ts";
import type { Attack } from "./attack.ts";

const token = { username: "", password: "the-users-own-token" };
/** What stands between the attacker's server and the user's own in one address. */
const separators = ["\\@", "#@", "?@", "/@", "\\\\@", "\t@", "\r\n@", " @", "%5c@", "@", "\u3002@"];

export const attack: Attack = {
  name: "no spelling of an address brings one server's secret to another",
  maxSeconds: 60,
  async run({ report }) {
    const heard: string[] = [];
    let requests = 0;
    const attacker = createServer((request, response) => {
      requests += 1;
      heard.push(JSON.stringify(request.headers) + (request.url ?? ""));
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(attacker, "listening");
    const here = `127.0.0.1:${(attacker.address() as AddressInfo).port}`;
    const corp = "jaeger.corp:16686";
    const kept = new Map<string, string>();
    const storage: Pick<SecretStorage, "get" | "store" | "delete"> = {
      get: key => Promise.resolve(kept.get(key)),
      store: (key, value) => Promise.resolve(void kept.set(key, value)),
      delete: key => Promise.resolve(void kept.delete(key)),
    };
    const secrets = new StoreSecrets(storage as SecretStorage);
    await secrets.write({ name: "jaeger", url: `http://${corp}` }, token);
    const urls = separators.flatMap(between => [
      `http://${here}${between}${corp}`,
      `http://${corp}${between}${here}`,
      `http://${here}${between}${corp}/\\`,
      `http:\\\\${here}${between}${corp}`,
      `http://${here}/${between}${corp}/?x#${corp}`,
    ]);
    urls.push(`http://${here}`, `http://jaeger.corp.${here}`, `http://JAEGER.corp:16686@${here}`);
    let refused = 0;
    try {
      for (const url of urls) {
        const [checked] = checkStoreConfigs([{ kind: "jaeger", name: "jaeger", url }], []);
        if (checked?.kind !== "config" || !("url" in checked.config)) {
          refused += 1;
          continue;
        }
        const credentials = await secrets.read(checked.config);
        const options = { timeoutMs: 2_000, fileWorkerPath: "", credentials };
        const store = await openStore(checked.config, options);
        await store.listServices(new AbortController().signal).catch(() => undefined);
        store.dispose();
      }
    } finally {
      attacker.close();
    }
    report("spellings", urls.length, "addresses");
    report("refused", refused, "addresses");
    report("reached the attacker", requests, "requests");
    assert.ok(requests > 0, "no request reached the attacker, so that nothing was shown");
    assert.deepEqual(
      heard.filter(each => each.includes(token.password)),
      [],
    );
  },
};

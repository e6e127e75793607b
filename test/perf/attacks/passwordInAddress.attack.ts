/** Passwords of any characters inside of an address: none of it may reach what is saved, shown or offered as a name, which is the host's. */

import assert from "node:assert/strict";
import { parseStoreAddress } from "../../../src/model/storeAddress.ts";
import { createRandom } from "../../unit/formats/fuzzing.ts";
import type { Attack } from "./attack.ts";

const ADDRESSES = 5_000;
const signs = ["#", "/", "?", "%", "@", ":", "\\", "&", "=", "[", "]", ",", " ", "%zz", "\u00e4"];
/** Parts that can be told in a result, whatever was cut from around them. */
const words = ["Zqx7", "Wvk9", "Jhg3"];

export const attack: Attack = {
  name: `${ADDRESSES} addresses with a password of any characters show none of it`,
  maxSeconds: 60,
  run({ report }) {
    const random = createRandom(8);
    const pick = <T>(list: readonly T[]): T => list[random() % list.length] as T;
    let refused = 0;
    for (let each = 0; each < ADDRESSES; each += 1) {
      const scheme = pick(["mongodb", "mongodb+srv", "http"]);
      const password = words.map(word => pick(signs) + word + pick(signs)).join("");
      const address = `${scheme}://ann:${password}@db-1.corp:2701${pick(["", "/", "/shop?x=1"])}`;
      const parsed = parseStoreAddress(address);
      const { credentials, ...shown } =
        parsed.kind === "address" ? parsed : { ...parsed, credentials: undefined };
      const all = JSON.stringify(shown);
      const leaked = words.filter(word => all.includes(word));
      assert.deepEqual(leaked, [], `${address} shows ${all}`);
      if (credentials === undefined) refused += 1;
    }
    report("could not be parted, and were refused", (100 * refused) / ADDRESSES, "%");
    assert.ok(refused < ADDRESSES / 2, `${refused} of ${ADDRESSES} were refused`);
    return Promise.resolve();
  },
};

/**
 * The thread in which the receivers run, so that they do not hold up the editor; the embedded store is written by a thread
 * of its own. Bundled to dist/collectorWorker.cjs; runs from source where Node strips types. Joins the parts and knows
 * nothing else.
 */

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "./base/assert.ts";
import { connectPeer } from "./threads/rpc.ts";
import { openLocalStore, type LocalStore } from "./stores/local/localStore.ts";
import { tryLockStore } from "./stores/local/file/ownerLock.ts";
import { openSpanLog } from "./stores/local/log/spanLog.ts";
import { openPortChannel } from "./threads/portChannel.ts";
import type {
  CollectorHostApi,
  CollectorWorkerApi,
  CollectorWorkerData,
} from "./collector/collectorApi.ts";
import { CollectorCore } from "./collector/collectorCore.ts";
import { createOpeners } from "./collector/openers.ts";
import { jaegerReadRoutes } from "./collector/read/jaegerReadRoutes.ts";
import { taskReadRoutes } from "./collector/read/taskReadRoutes.ts";
import { createMcpRoute } from "./toolServer/mcpRoute.ts";
import { createTextRoutes } from "./toolServer/textRoutes.ts";
import { createAskTool } from "./toolServer/toolQuestions.ts";

const { file, localWorkerPath, ...settings } = workerData as CollectorWorkerData;
const port = parentPort;
assert(port, "runs in a worker");

/** Its name is how details name their source. */
const STORE = "local";

/** Opened by the first who reads: most never do, and it is a thread of its own. */
let readStore: LocalStore | undefined;
const openReadStore = (): LocalStore => {
  readStore ??= openLocalStore({ name: STORE, file, workerPath: localWorkerPath });
  return readStore;
};
const onBug = (error: unknown): void => console.error(error);

const api: CollectorWorkerApi = {
  configure: settings => core.configure(settings),
  close: async () => {
    await core.close();
    readStore?.dispose();
    port.close();
  },
};
const peer = connectPeer<CollectorHostApi>(openPortChannel(port), api, onBug);

const askTool = createAskTool(peer.remote);

const core = new CollectorCore({
  ...settings,
  file,
  tryLockStore: tryLockStore,
  openLog: cap => openSpanLog({ file, capBytes: cap, workerPath: localWorkerPath, isOwner: true }),
  createOpeners: sink =>
    createOpeners({
      target: { sink, store: STORE },
      readRoutes: [
        ...jaegerReadRoutes(openReadStore),
        ...taskReadRoutes(question => peer.remote.answerTasks(question)),
        ...createTextRoutes(askTool),
        createMcpRoute(askTool, peer.remote),
      ],
      onBug,
    }),
  tell: state => void peer.remote.tell(state),
});

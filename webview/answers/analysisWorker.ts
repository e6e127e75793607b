/** The page's worker begins here: pure analyses of the columns that it is given. Knows no DOM. */

import { connectPeer } from "../../src/threads/rpc.ts";
import { createAnalysisApi } from "./analysisApi.ts";

connectPeer(
  {
    post: message => {
      self.postMessage(message);
    },
    listen: onMessage => {
      const listener = (event: MessageEvent): void => {
        onMessage(event.data);
      };
      self.addEventListener("message", listener);
      return {
        dispose: () => {
          self.removeEventListener("message", listener);
        },
      };
    },
  },
  createAnalysisApi(() => new Promise(resolve => setTimeout(resolve))),
  // The caller is told, and reports it.
  () => undefined,
);

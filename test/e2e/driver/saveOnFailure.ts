/** After a test that failed: a picture and the logs of every window that is open. */
import { afterEach } from "vitest";
import { openSessions } from "./session.ts";

afterEach(async context => {
  if (context.task.result?.state === "fail") {
    for (const { workbench } of openSessions) {
      await workbench.saveArtifacts(`failed-${context.task.name}`);
    }
  }
});

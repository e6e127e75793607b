/** Offers the collector's MCP server to the editor, so that agents in it find the tools with no setting of the user's. */

import * as vscode from "vscode";
import type { Cell } from "../../base/cell.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { findHttpPort, type CollectorState } from "../../collector/collectorState.ts";
import { mcpServers } from "../../manifest.ts";
import type { StoredToken } from "../../platform/storedToken.ts";

export function registerMcpServer(
  token: StoredToken,
  collector: Cell<CollectorState>,
  version: string,
): Disposable {
  // Forks of the editor may lack this door.
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  if (lm?.registerMcpServerDefinitionProvider === undefined) return new Owner();
  const owner = new Owner();
  const changed = owner.own(new vscode.EventEmitter<void>());
  let announced = getMcpUrl(collector.value);
  owner.own(
    collector.watch(state => {
      const url = getMcpUrl(state);
      if (url === announced) return;
      announced = url;
      changed.fire();
    }),
  );
  owner.own(
    lm.registerMcpServerDefinitionProvider(mcpServers.traceside, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => {
        const url = getMcpUrl(collector.value);
        if (url === undefined) return [];
        return [
          new vscode.McpHttpServerDefinition("Traceside", vscode.Uri.parse(url), {}, version),
        ];
      },
      resolveMcpServerDefinition: async (server: vscode.McpHttpServerDefinition) => {
        server.headers = { Authorization: `Bearer ${await token.get()}` };
        return server;
      },
    }),
  );
  return owner;
}

/** `undefined` while nobody listens. */
function getMcpUrl(state: CollectorState): string | undefined {
  const address = getAgentUrl(state);
  return address === undefined ? undefined : `${address}/mcp`;
}

/** The address of this window's collector, or of that of the window that has the ports. */
export function getAgentUrl(state: CollectorState): string | undefined {
  const port = findHttpPort(state);
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

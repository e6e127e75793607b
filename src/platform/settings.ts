/** Settings by their ids in the manifest, with their types. */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";
import { settings, type SettingId, type SettingValues } from "../manifest.ts";

/** The value in force; package.json holds the defaults. */
export function getSetting<Id extends SettingId>(id: Id): SettingValues[Id] {
  return vscode.workspace.getConfiguration().get(id) as SettingValues[Id];
}

/** How long one question to a store may take. What is no number between 1 and 120 seconds counts as 5. */
export function getStoreTimeoutMs(): number {
  const seconds: unknown = getSetting(settings.storeTimeout);
  const isUsable = typeof seconds === "number" && seconds >= 1 && seconds <= 120;
  return (isUsable ? seconds : 5) * 1_000;
}

export async function writeUserSetting<Id extends SettingId>(
  id: Id,
  value: SettingValues[Id],
): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}

/** Interfaces and addresses beyond loopback that the user named; none in a workspace that is not trusted. */
export function getListenOn(): readonly string[] {
  const written: unknown = getSetting(settings.listenOn);
  if (!vscode.workspace.isTrusted || !Array.isArray(written)) return [];
  return (written as readonly unknown[]).filter(
    (each): each is string => typeof each === "string" && each.trim() !== "",
  );
}

/** The user's own value, which leaves out what a workspace adds. */
export function getUserSetting<Id extends SettingId>(id: Id): SettingValues[Id] | undefined {
  return vscode.workspace.getConfiguration().inspect<SettingValues[Id]>(id)?.globalValue;
}

/** Changes one store where its settings stand: in those of the workspace, of the user, or of both. */
export async function changeStore(
  name: string,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  const found = vscode.workspace.getConfiguration().inspect<unknown>(settings.stores);
  const places = [
    [vscode.ConfigurationTarget.Workspace, found?.workspaceValue],
    [vscode.ConfigurationTarget.Global, found?.globalValue],
  ] as const;
  const isIt = (entry: unknown): entry is object =>
    typeof entry === "object" && entry !== null && "name" in entry && entry.name === name;
  for (const [target, entries] of places) {
    if (!Array.isArray(entries) || !entries.some(isIt)) continue;
    const changed = (entries as readonly unknown[]).map(entry =>
      isIt(entry) ? { ...entry, ...change } : entry,
    );
    await vscode.workspace.getConfiguration().update(settings.stores, changed, target);
  }
}

export function watchSettings(ids: readonly SettingId[], onChange: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration(event => {
    if (ids.some(id => event.affectsConfiguration(id))) onChange();
  });
}

/** Add Trace Store as a reader answers it: its questions by their titles, its word at the end, and what it leaves. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../../harness/processes.ts";
import type { Session } from "../driver/session.ts";
import type { Workbench } from "../driver/workbench.ts";

const deadlineMs = 90_000;

export class StoreWizard {
  readonly #session: Session;
  readonly #workbench: Workbench;

  constructor(session: Session) {
    this.#session = session;
    this.#workbench = session.workbench;
  }

  /** To the address that is offered for the kind. */
  async start(kind: string): Promise<string> {
    await this.#workbench.runCommand("Traceside: Add Trace Store…");
    await this.waitFor("(1/3)");
    await this.#workbench.pickItem(kind);
    await this.waitFor("(2/3)");
    return this.readValue();
  }

  /** To the connection test. Without a name the one that is offered is taken. Settles with the name. */
  async answer(address: string, name?: string): Promise<string> {
    await this.#workbench.typeInInput(address);
    await this.waitFor("(3/3)");
    const taken = name ?? (await this.readValue());
    await this.#workbench.typeInInput(taken);
    return taken;
  }

  /** What the input or list says that has come to this. */
  waitFor(text: string): Promise<string> {
    return waitFor(`a question that says ${text}`, deadlineMs, async () => {
      const box = this.#workbench.page.locator(".quick-input-widget:visible");
      const shown = (await box.count()) === 0 ? "" : await box.innerText();
      return shown.includes(text) ? shown : undefined;
    });
  }

  readValue(): Promise<string> {
    return this.#workbench.page
      .locator(".quick-input-widget:visible .quick-input-box input")
      .inputValue();
  }

  async giveUp(): Promise<void> {
    await this.#workbench.page.keyboard.press("Escape");
    await this.#workbench.page.locator(".quick-input-widget").first().waitFor({ state: "hidden" });
  }

  /** What is known of the server, as the status bar tells it. */
  async waitUntilConnected(name: string): Promise<string> {
    const text = `${name} is connected.`;
    const word = this.#workbench.page.locator("#workbench\\.parts\\.statusbar").getByText(text);
    await word.first().waitFor({ timeout: deadlineMs });
    return word.first().innerText();
  }

  async readStores(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const settings = JSON.parse(await this.#readSettings()) as Record<string, unknown>;
    return (settings["traceside.stores"] ?? []) as readonly Readonly<Record<string, unknown>>[];
  }

  /** All that the editor has written where nobody looks for secrets: settings, logs, the workspace's state. */
  async readAllWritten(): Promise<string> {
    const { logsDir, userDataDir, workspaceFolder } = this.#session.server;
    const folders = [
      logsDir,
      join(userDataDir, "User/workspaceStorage"),
      join(userDataDir, "User/globalStorage"),
      workspaceFolder,
    ];
    const texts = await Promise.all(folders.map(readFiles));
    return [
      await this.#readSettings(),
      ...texts,
      this.#session.server.output(),
      this.#workbench.consoleMessages().join("\n"),
    ].join("\n");
  }

  #readSettings(): Promise<string> {
    return readFile(join(this.#session.server.userDataDir, "User/settings.json"), "utf8");
  }
}

async function readFiles(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  const texts = files.map(entry => readFile(join(entry.parentPath, entry.name), "latin1"));
  return (await Promise.all(texts)).join("\n");
}

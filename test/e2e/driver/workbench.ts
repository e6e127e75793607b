/**
 * VS Code's window as a user has it in front of them: palette, editors, hovers, webviews, terminal, notifications.
 * Every wait is bounded; one that fails names what it waited for and leaves a picture and the logs in the artifacts.
 * Knows VS Code's page, and nothing of Traceside.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { launchChromium } from "../../harness/chromium.ts";
import type { RunningCodeServer } from "../../harness/codeServer.ts";
import { artifactsFolder } from "../../harness/paths.ts";
import { waitFor } from "../../harness/processes.ts";
import type { RemoteControl } from "../../harness/remoteControl.ts";
import { findNoticeButton, readNotices } from "./notifications.ts";
import { actionDeadlineMs, QuickInput, wasTaken } from "./quickInput.ts";
import { editorLines, findText, terminalRows } from "./textLocation.ts";
import type { Point } from "./textLocation.ts";
import { findFrame, findWebview } from "./webviews.ts";

export type ThemeKind = "light" | "dark" | "hc-dark" | "hc-light";

export type ActiveEditor = {
  /** Relative to the workspace where inside of it, else absolute; the title where the editor is not a file. */
  readonly file: string;
  readonly line1: number | undefined;
  readonly column1: number | undefined;
};

const themes: Readonly<Record<ThemeKind, { readonly name: string; readonly className: string }>> = {
  light: { name: "Light 2026", className: "vs" },
  dark: { name: "Dark 2026", className: "vs-dark" },
  "hc-dark": { name: "Default High Contrast", className: "hc-black" },
  "hc-light": { name: "Default High Contrast Light", className: "hc-light" },
};

const readyDeadlineMs = 240_000;
const menu = ".monaco-menu";
const hovers = ".monaco-hover:visible, .workbench-hover:visible";

/** Launches a browser on the server and waits until the window can be used. */
export async function openWorkbench(
  server: RunningCodeServer,
  size: { readonly width?: number; readonly height?: number } = {},
): Promise<Workbench> {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({
      viewport: { width: size.width ?? 1280, height: size.height ?? 800 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(actionDeadlineMs);
    const workbench = new Workbench(await context.newPage(), browser, server);
    await workbench.load();
    return workbench;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

export class Workbench {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: RunningCodeServer;
  readonly #quickInput: QuickInput;
  readonly #console: string[] = [];
  #inStep = false;

  constructor(page: Page, browser: Browser, server: RunningCodeServer) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
    this.#quickInput = new QuickInput(page);
    page.on("console", message => {
      this.#console.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", error => {
      this.#console.push(`pageerror: ${error.message}`);
    });
  }

  async load(): Promise<void> {
    await this.#step("the window to be ready", async () => {
      await this.page.goto(this.#server.url, { timeout: readyDeadlineMs });
      await this.#untilReady();
    });
  }

  /** Runs a command by its id or its whole title, with or without category and "…", through the palette. */
  async runCommand(command: string): Promise<void> {
    const titleOrId = command.replace(/…$/, "");
    const isId = /^[\w-]+(\.[\w-]+)+$/.test(titleOrId);
    await this.#step(`the command ${titleOrId} in the palette`, async () => {
      // An extension's commands are there only when it was found, so the palette is opened again until then.
      const row = await waitFor(`the command ${titleOrId}`, actionDeadlineMs, async () => {
        await this.#quickInput.open("F1", `>${titleOrId}`);
        const { rows } = this.#quickInput;
        await rows
          .first()
          .waitFor({ timeout: 2_000 })
          .catch(() => undefined);
        const labels = await rows.locator(".label-name").allTextContents();
        const titles = labels.map(label => label.replace(/…$/, ""));
        const index = titles.findIndex(title =>
          isId
            ? title !== "No matching commands"
            : title === titleOrId || title.endsWith(`: ${titleOrId}`),
        );
        return index < 0 ? undefined : rows.nth(index);
      });
      await row.click();
      // The command's own input or pick is the same box, so it must not be mistaken for the palette.
      await waitFor("the palette to close", actionDeadlineMs, async () => {
        const isPalette = await this.#quickInput.box.evaluateAll(boxes =>
          boxes.some(box => (box as HTMLInputElement).value.startsWith(">")),
        );
        return isPalette ? undefined : true;
      });
    });
  }

  /** Types into the input box that the extension shows, and accepts. */
  async typeInInput(text: string, options: { readonly accept?: boolean } = {}): Promise<void> {
    await this.#step(`an input to type ${text} into`, async () => {
      await this.#quickInput.box.fill(text);
      if (options.accept !== false) {
        await this.page.keyboard.press("Enter");
      }
    });
  }

  /** Picks the item whose label is, or contains, the text: clicked until it is gone, for a list may lose a click. */
  async pickItem(label: string): Promise<void> {
    await this.#step(`the item ${label} to pick`, async () => {
      const row = this.#quickInput.findRow(label);
      await row.waitFor();
      await waitFor(`${label} to be picked`, actionDeadlineMs, async () => {
        await row.click({ timeout: 2_000 }).catch(() => undefined);
        return wasTaken(row.waitFor({ state: "hidden", timeout: 2_000 }));
      });
    });
  }

  /**
   * Runs a command and picks of what it asks. A webview in front may take the focus back when the palette closes, and
   * with it closes what the command has just asked.
   */
  async runCommandAndPick(title: string, label: string): Promise<void> {
    await waitFor(`the item ${label} of ${title}`, 2 * actionDeadlineMs, async () => {
      await this.runCommand(title);
      return wasTaken(this.#quickInput.findRow(label).click({ timeout: 10_000 }));
    });
  }

  /**
   * Chooses items of an open menu, the last from a submenu. A menu that has just opened takes no click, lest the one that
   * opened it count, so an item is clicked until what it does is seen: its submenu, or that the menu has closed.
   */
  async chooseInMenu(...items: readonly string[]): Promise<void> {
    await this.#step(`${items.join(" > ")} in the menu`, async () => {
      const menus = this.page.locator(menu);
      for (const [at, label] of items.entries()) {
        const item = menus.getByText(label, { exact: true }).last();
        const next = items[at + 1];
        await item.waitFor();
        await waitFor(`${label} to be taken`, actionDeadlineMs, async () => {
          await item.click({ timeout: 1000 }).catch(() => undefined);
          const seen = next === undefined ? menus : menus.getByText(next, { exact: true });
          const state = next === undefined ? "hidden" : "visible";
          return wasTaken(seen.last().waitFor({ state, timeout: 1000 }));
        });
      }
    });
  }

  /** What the open input or pick shows: its title, its prompt or error, its rows. */
  async quickInputText(): Promise<string> {
    return this.#step("an open input or pick", () => this.#quickInput.widget.innerText());
  }

  /** What stands in the open input, pick or file dialog; empty where none is open. */
  async quickInputValue(): Promise<string> {
    const box = this.#quickInput.box;
    return (await box.count()) === 0 ? "" : box.inputValue();
  }

  /** Opens a file of the workspace (or an absolute path) in an editor, at a line if one is given. */
  async openFile(path: string, line1?: number): Promise<void> {
    const absolute = resolve(this.#server.workspaceFolder, path);
    await this.#step(`the file ${path} in an editor`, async () => {
      const suffix = line1 === undefined ? "" : `:${String(line1)}`;
      // The list shows what was open lately until it has found the file.
      const name = this.page.locator(".label-name").getByText(basename(path), { exact: true });
      const row = this.#quickInput.rows.filter({ has: name }).first();
      // A webview that comes to the front meanwhile takes the focus, which closes the list.
      await waitFor(`${path} to open`, actionDeadlineMs, async () => {
        await this.#quickInput.open("Control+P", absolute + suffix);
        await row.click({ timeout: 5_000 }).catch(() => undefined);
        return this.#untilEditor(path, line1, 10_000).catch(() => undefined);
      });
    });
  }

  async activeEditor(): Promise<ActiveEditor> {
    const title = await this.page.title();
    const cut = title.lastIndexOf(" - ");
    const named = (cut < 0 ? title : title.slice(0, cut)).replace(/^~(?=\/)/, homedir());
    const inside = relative(this.#server.workspaceFolder, named);
    const selection = this.page.locator("#status\\.editor\\.selection");
    const text = (await selection.count()) === 0 ? "" : await selection.innerText();
    const [, line, column] = /Ln (\d+), Col (\d+)/.exec(text) ?? [];
    return {
      file: isAbsolute(named) && !inside.startsWith("..") ? inside : named,
      line1: line === undefined ? undefined : Number(line),
      column1: column === undefined ? undefined : Number(column),
    };
  }

  /** Waits until the active editor is the file, at the line if one is given. */
  async waitForEditor(file: string, line1?: number): Promise<ActiveEditor> {
    return this.#step(`the editor to stand in ${file}`, () => this.#untilEditor(file, line1));
  }

  /** Rests the pointer on a text that is seen in an editor or an output view; once more where no card came of it. */
  async hoverText(text: string): Promise<void> {
    await this.#step(`"${text}" in an editor`, () => this.#hover(editorLines, text));
  }

  async #hover(lines: string, text: string): Promise<Point> {
    return waitFor(`a hover card of ${text}`, 2 * actionDeadlineMs, async () => {
      const point = await this.#untilText(lines, text);
      await this.#pointAt(point);
      const card = this.page.locator(hovers).first();
      return (await wasTaken(card.waitFor({ timeout: 10_000 }))) ? point : undefined;
    });
  }

  async hoverTerminalText(text: string): Promise<void> {
    await this.#step(`"${text}" in the terminal`, () => this.#hover(terminalRows, text));
  }

  /** Follows a link in an editor or the terminal, as Ctrl+click does. */
  async followLink(text: string, where: "editor" | "terminal"): Promise<void> {
    await this.#step(`the link "${text}" in the ${where}`, async () => {
      const lines = where === "editor" ? editorLines : terminalRows;
      // A link is found only when the pointer comes; its hover says that it was.
      const point = await this.#hover(lines, text);
      await this.hoverCard();
      await this.page.keyboard.down("Control");
      await this.page.mouse.move(point.x + 1, point.y);
      // The terminal takes its hover away on the press, so the release must not come in the same moment.
      await this.page.mouse.click(point.x + 1, point.y, { delay: 50 });
      await this.page.keyboard.up("Control");
    });
  }

  /** The text of the hover card under the pointer, when it has finished loading, and where asked for, has come to this. */
  async hoverCard(wanted = ""): Promise<string> {
    return this.#step(`a hover card ${wanted}`, () =>
      waitFor(`a hover card with text ${wanted}`, actionDeadlineMs, async () => {
        const texts = await this.page.locator(hovers).allInnerTexts();
        // Markdown that must keep its blanks has no-break ones.
        const text = texts.join("\n").replaceAll("\u00a0", " ").trim();
        // A link has its word at once, a card only when a store has answered.
        const isLoading = text === "" || /^Loading/m.test(text);
        return isLoading || !text.includes(wanted) ? undefined : text;
      }),
    );
  }

  /** Clicks a link or button of the hover card. */
  async clickInHover(label: string): Promise<void> {
    await this.#step(`${label} in the hover card`, async () => {
      const card = this.page.locator(hovers);
      await card.locator("a, [role=button]").filter({ hasText: label }).first().click();
    });
  }

  /** The document inside a visible webview: the one whose editor has this title, or any when none is given. */
  async webviewFrame(title?: string): Promise<Frame> {
    const what = `the webview ${title ?? ""}`;
    return this.#step(what, () =>
      waitFor(what, actionDeadlineMs, () => findFrame(this.page, title)),
    );
  }

  /** The messages on show, newest last. */
  async notifications(): Promise<readonly string[]> {
    return readNotices(this.page);
  }

  /** Opens the centre where its toast does not come, or has gone before anybody looked. */
  async waitForNotification(text: string | RegExp): Promise<string> {
    const what = `a notification ${String(text)}`;
    const find = async (): Promise<string | undefined> =>
      (await this.notifications()).find(message =>
        typeof text === "string" ? message.includes(text) : text.test(message),
      );
    return this.#step(what, async () => {
      const toast = await waitFor(what, 10_000, find).catch(() => undefined);
      if (toast !== undefined) return toast;
      await this.runCommand("Notifications: Show Notifications");
      return waitFor(what, actionDeadlineMs, find);
    });
  }

  async clickNotificationButton(label: string): Promise<void> {
    await this.#step(`the button ${label} of a notification`, () =>
      findNoticeButton(this.page, label).click(),
    );
  }

  /** Changes user settings of the running window; `undefined` takes one back to its default. */
  async setSettings(changes: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#control().setSettings(changes);
  }

  /** Runs a command in the extension host, past the palette: for set-up and for measuring, not for what a user does. */
  async executeCommand(id: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#step(`the command ${id}`, () => this.#control().executeCommand(id, ...args));
  }

  async setTheme(kind: ThemeKind): Promise<void> {
    const theme = themes[kind];
    await this.#step(`the ${kind} theme`, async () => {
      await this.setSettings({
        "window.autoDetectColorScheme": false,
        "window.autoDetectHighContrast": false,
        "workbench.colorTheme": theme.name,
      });
      await this.page.locator(`.monaco-workbench.${theme.className}`).waitFor();
    });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  /** A picture of the window or of the visible webview alone; a relative path is among the artifacts. */
  async screenshot(
    path: string,
    options: { readonly webviewOnly?: boolean } = {},
  ): Promise<string> {
    const target = resolve(artifactsFolder, path);
    await this.#step("a picture", async () => {
      const webview = options.webviewOnly === true ? await findWebview(this.page) : undefined;
      const clip = (await webview?.boundingBox()) ?? undefined;
      // Fades are finished, so that a picture of a hover is not half of one.
      await this.page.screenshot({ path: target, clip, animations: "disabled" });
    });
    return target;
  }

  async reloadWindow(): Promise<void> {
    await this.#step("the window to be ready again", async () => {
      const loaded = this.page.waitForEvent("load", { timeout: readyDeadlineMs });
      // The page may go before the palette was seen to close.
      await this.runCommand("workbench.action.reloadWindow").catch(() => undefined);
      await loaded;
      await this.#untilReady();
    });
  }

  /** Opens a new terminal and types the command; what it prints is in `terminalText`. */
  async openTerminalAndRun(command: string): Promise<void> {
    await this.#step("a terminal that takes a command", async () => {
      await this.runCommand("Terminal: Create New Terminal");
      await waitFor("the shell's prompt", actionDeadlineMs, async () =>
        (await this.terminalText()).trim() === "" ? undefined : true,
      );
      await this.page.keyboard.type(command);
      await this.page.keyboard.press("Enter");
    });
  }

  /** What the visible terminal shows now; what has scrolled away is not there. */
  async terminalText(): Promise<string> {
    const rows = await this.page.locator(terminalRows).allTextContents();
    return rows.map(row => row.replaceAll("\u00a0", " ").trimEnd()).join("\n");
  }

  async waitForTerminalText(text: string | RegExp): Promise<string> {
    return this.#step(`${String(text)} in the terminal`, () =>
      waitFor(`${String(text)} in the terminal`, actionDeadlineMs, async () => {
        const shown = await this.terminalText();
        const found = typeof text === "string" ? shown.includes(text) : text.test(shown);
        return found ? shown : undefined;
      }),
    );
  }

  clipboardText(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** What the page and its webviews wrote to the browser's console: a refused resource shows here. */
  consoleMessages(): readonly string[] {
    return this.#console;
  }

  /** Leaves a picture, the console and VS Code's logs under `test/e2e/artifacts/NAME`. */
  async saveArtifacts(name: string): Promise<string> {
    const folder = join(artifactsFolder, name.replaceAll(/[^\w.-]+/g, "-").slice(0, 80));
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, "window.png") }).catch(() => undefined);
    await writeFile(join(folder, "console.log"), this.#console.join("\n"));
    await writeFile(join(folder, "server.log"), this.#server.output());
    await cp(this.#server.logsDir, join(folder, "logs"), { recursive: true }).catch(
      () => undefined,
    );
    return folder;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  async #untilReady(): Promise<void> {
    const options = { timeout: readyDeadlineMs };
    await this.page.locator(".monaco-workbench .part.editor").waitFor(options);
    await this.page
      .locator("#workbench\\.parts\\.statusbar .statusbar-item")
      .first()
      .waitFor(options);
  }

  async #untilEditor(
    file: string,
    line1: number | undefined,
    deadlineMs = actionDeadlineMs,
  ): Promise<ActiveEditor> {
    const wanted = this.#inWorkspace(file);
    let seen: ActiveEditor | undefined;
    const at = line1 === undefined ? "" : `, line ${String(line1)}`;
    return waitFor(`the editor to be ${wanted}${at}`, deadlineMs, async () => {
      seen = await this.activeEditor();
      const isThere = seen.line1 !== undefined && (line1 ?? seen.line1) === seen.line1;
      return seen.file === wanted && isThere ? seen : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${(error as Error).message} It is ${JSON.stringify(seen)}.`);
    });
  }

  #control(): RemoteControl {
    const control = this.#server.control;
    if (control === undefined) {
      throw new Error("This server was started without `remoteControl`.");
    }
    return control;
  }

  #inWorkspace(file: string): string {
    const inside = relative(
      this.#server.workspaceFolder,
      resolve(this.#server.workspaceFolder, file),
    );
    return inside.startsWith("..") ? resolve(file) : inside;
  }

  /** Where the text rests: an editor that was just opened still scrolls. */
  #untilText(lines: string, text: string): Promise<Point> {
    let before: Point | undefined;
    return waitFor(`"${text}" to be seen`, actionDeadlineMs, async () => {
      const now = await findText(this.page, lines, text);
      const rests = now !== undefined && now.x === before?.x && now.y === before.y;
      before = now;
      return rests ? now : undefined;
    });
  }

  /** Comes from a little aside: a hover starts on movement, and a card already open must close first. */
  async #pointAt(point: Point): Promise<void> {
    await this.page.mouse.move(0, 0);
    await waitFor("the hover before this one to close", actionDeadlineMs, async () =>
      (await this.page.locator(hovers).count()) === 0 ? true : undefined,
    );
    await this.page.mouse.move(point.x - 8, point.y, { steps: 2 });
    await this.page.mouse.move(point.x, point.y, { steps: 4 });
  }

  /** The outermost step that fails leaves the artifacts and names what was being waited for. */
  async #step<T>(what: string, action: () => Promise<T>): Promise<T> {
    if (this.#inStep) {
      return action();
    }
    this.#inStep = true;
    try {
      return await action();
    } catch (error) {
      const folder = await this.saveArtifacts(what);
      const reason = (error as Error).message;
      throw new Error(`Failed at ${what}: ${reason}\nSee ${folder}`, { cause: error });
    } finally {
      this.#inStep = false;
    }
  }
}

/** Windows that hand calls to each other: here each is an object of its own folder of notes, with another process's id. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import {
  OtherWindows,
  type OtherWindow,
  type RunTool,
} from "../../../src/features/agentTools/otherWindows.ts";

const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "traceside-windows-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** The note of this process under the id of another that runs, as a second window's would be. */
async function openWindow(
  folders: readonly string[],
  run: RunTool,
  onOpen?: (window: OtherWindows) => void,
): Promise<OtherWindow> {
  const own = mkdtempSync(join(folder, "own-"));
  const window = new OtherWindows(own, run);
  onTestFinished(() => window.dispose());
  await window.tell(folders);
  onOpen?.(window);
  const file = join(own, `${process.pid}.json`);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o77).toBe(0);
  const note = { ...(JSON.parse(readFileSync(file, "utf8")) as OtherWindow), pid: process.ppid };
  writeFileSync(join(folder, `${note.pid}.json`), JSON.stringify(note));
  return note;
}

function openOwner(): OtherWindows {
  const owner = new OtherWindows(folder, () => Promise.reject(new Error("nobody asks")));
  onTestFinished(() => owner.dispose());
  return owner;
}

test("a call goes to the window that has the caller's folder open", async () => {
  const shop = join(folder, "shop");
  mkdirSync(join(shop, "src"), { recursive: true });
  symlinkSync(shop, join(folder, "link"));
  const asked: unknown[] = [];
  await openWindow([shop], (name, input) => {
    asked.push([name, input]);
    return Promise.resolve({ text: 'line "1"\nsrc/pay.py:40 (sure)', isError: false });
  });
  const owner = openOwner();
  expect(owner.find(join(folder, "shopping"))).toBeUndefined();
  expect(owner.find(folder)).toBeUndefined();
  for (const path of [shop, join(shop, "src"), join(folder, "link", "src")]) {
    const window = owner.find(path);
    expect(window?.folders).toEqual([shop]);
    const reply = await owner.ask(window!, "get_trace", { id: "x" }, never);
    expect(reply).toEqual({ text: 'line "1"\nsrc/pay.py:40 (sure)', isError: false });
  }
  expect(asked[0]).toEqual(["get_trace", { id: "x" }]);
});

test("without its secret a window answers nobody, and a call that is given up ends there", async () => {
  let hasEnded = false;
  let begin: () => void = () => undefined;
  const began = new Promise<void>(resolve => (begin = resolve));
  const note = await openWindow([folder], (_name, _input, signal) => {
    begin();
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        hasEnded = true;
        reject(new Error("given up"));
      });
    });
  });
  const owner = openOwner();
  expect(await owner.ask({ ...note, secret: "x" }, "get_trace", {}, never)).toBeUndefined();
  const closed = await new Promise<string>(resolve => {
    const socket = connect(note.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\n\r\n"));
    let text = "";
    socket.on("data", part => (text += part.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
  expect(closed).toBe("");
  const controller = new AbortController();
  const asked = owner.ask(note, "wait_for_trace", {}, controller.signal);
  await began;
  controller.abort();
  expect(await asked).toBeUndefined();
  await expect.poll(() => hasEnded).toBe(true);
});

test("a window that was killed is not asked, and its note goes", async () => {
  const owner = openOwner();
  const gone = { folders: [folder], pid: 4_194_305, port: 9, secret: "s" };
  writeFileSync(join(folder, `${gone.pid}.json`), JSON.stringify(gone));
  writeFileSync(join(folder, `${process.ppid}.json`), "{");
  expect(owner.list()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  expect(await owner.ask(gone, "get_trace", {}, never)).toBeUndefined();
});

test("a window that closes lets go of whom it has not answered", async () => {
  let close: () => void = () => undefined;
  const note = await openWindow(
    [folder],
    (_name, _input, signal) => {
      setImmediate(close);
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("closed")));
      });
    },
    window => (close = () => window.dispose()),
  );
  expect(await openOwner().ask(note, "wait_for_trace", {}, never)).toBeUndefined();
});

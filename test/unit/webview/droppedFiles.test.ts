/** What is dropped on the list of traces: files with what is in them, in order, uris, and what cannot be read. */

import { expect, test } from "vitest";
import { MAX_FILE_BYTES, type DroppedFile } from "../../../src/model/droppedFile.ts";
import { takeDroppedFiles } from "../../../webview/traces/droppedFiles.ts";

interface Dragged {
  readonly files?: readonly File[];
  readonly uris?: string;
}

function createPage() {
  const page = new EventTarget();
  const opened: (DroppedFile | string)[] = [];
  const told: boolean[] = [];
  takeDroppedFiles(page as Document, {
    setDropping: isDropping => void told.push(isDropping),
    open: async file => {
      // One that was dropped later must wait for it.
      await new Promise(resolve => setTimeout(resolve, 5));
      opened.push(file);
    },
  });
  const drag = (type: string, { files = [], uris = "" }: Dragged): Event => {
    const event = new Event(type, { cancelable: true });
    const types = [
      ...(files.length > 0 ? ["Files"] : []),
      ...(uris === "" ? [] : ["text/uri-list"]),
    ];
    const dataTransfer = { files, types, getData: () => uris, dropEffect: "none" };
    page.dispatchEvent(Object.assign(event, { dataTransfer, relatedTarget: null }));
    return event;
  };
  return { drag, opened, told };
}

test("files are opened one after the other, with what is in them", async () => {
  const { drag, opened, told } = createPage();
  const files = [new File(["{}"], "a.json"), new File(["[]"], "b.json")];
  expect(drag("dragover", { files }).defaultPrevented).toBe(true);
  drag("drop", { files });
  await expect
    .poll(() => opened)
    .toEqual([
      { name: "a.json", bytes: new TextEncoder().encode("{}") },
      { name: "b.json", bytes: new TextEncoder().encode("[]") },
    ]);
  expect(told).toEqual([true, false]);
});

test("a folder, and a file that is too large, are told with the reason", async () => {
  const { drag, opened } = createPage();
  const folder = {
    name: "traces",
    size: 4_096,
    arrayBuffer: () => Promise.reject(new Error("is a folder")),
  };
  const large = { name: "large.json", size: MAX_FILE_BYTES + 1 };
  drag("drop", { files: [folder, large] as unknown as File[] });
  await expect
    .poll(() => opened)
    .toEqual([
      { name: "traces", refused: "is a folder" },
      { name: "large.json", refused: "it is larger than 200 MB" },
    ]);
});

test("what comes from the editor is opened by its uris", async () => {
  const { drag, opened } = createPage();
  drag("drop", { uris: "# made by hand\r\nfile:///a.json\r\nfile:///b.json\r\n" });
  await expect.poll(() => opened).toEqual(["file:///a.json", "file:///b.json"]);
});

test("a view or a text that is dragged by is no file", () => {
  const { drag, told } = createPage();
  expect(drag("dragover", {}).defaultPrevented).toBe(false);
  expect(told).toEqual([]);
});

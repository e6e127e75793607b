/**
 * Files that are dropped on the page, from the desktop or, with Shift held, from the editor's explorer. VS Code takes a
 * drag away from a webview that does not speak up, so every event of one ends here.
 */

import { MAX_FILE_BYTES, type DroppedFile } from "../../src/model/droppedFile.ts";
import { t } from "../words/words.ts";

export interface DropTarget {
  /** While a file is over the page. */
  setDropping(isDropping: boolean): void;
  /** A file of the desktop with what is in it, one of the explorer by its uri. */
  open(file: DroppedFile | string): Promise<void>;
}

export function takeDroppedFiles(page: Document, target: DropTarget): void {
  const listen = (type: string, run: (data: DataTransfer) => void): void => {
    page.addEventListener(type, event => {
      const { dataTransfer } = event as DragEvent;
      if (!dataTransfer?.types.some(each => each === "Files" || each === "text/uri-list")) return;
      event.preventDefault();
      event.stopPropagation();
      run(dataTransfer);
    });
  };
  const hover = (data: DataTransfer): void => {
    data.dropEffect = "copy";
    target.setDropping(true);
  };
  listen("dragenter", hover);
  listen("dragover", hover);
  page.addEventListener("dragleave", ({ relatedTarget }) => {
    // Not from one element of the page to the next.
    if (relatedTarget === null) target.setDropping(false);
  });
  listen("drop", data => {
    target.setDropping(false);
    // What it holds is gone after the event.
    void openAll([...data.files], data.getData("text/uri-list"), target);
  });
}

/** One after the other: each may ask which of its traces is meant. */
async function openAll(files: readonly File[], uris: string, target: DropTarget): Promise<void> {
  for (const file of files) await target.open(await readFile(file));
  if (files.length > 0) return;
  for (const uri of uris.split(/\r?\n/)) {
    if (uri !== "" && !uri.startsWith("#")) await target.open(uri);
  }
}

async function readFile(file: File): Promise<DroppedFile> {
  const { name, size } = file;
  if (size > MAX_FILE_BYTES) {
    return { name, refused: t("it is larger than {0} MB", MAX_FILE_BYTES / 1024 / 1024) };
  }
  try {
    return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch (error) {
    // A folder, or a file that went in the meantime.
    return { name, refused: (error as Error).message };
  }
}

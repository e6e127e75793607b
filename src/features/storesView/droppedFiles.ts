/**
 * The files that were dropped on a tree: those of the editor's explorer by their uris, those of the desktop by what is
 * in them, because a desktop's path means nothing to an extension host elsewhere.
 */

import * as vscode from "vscode";
import type { DroppedFile } from "../../model/droppedFile.ts";

/** `files` stands for whatever comes from the desktop. */
export const droppedTypes = ["files", "text/uri-list"];

export async function listDroppedFiles(
  data: vscode.DataTransfer,
): Promise<readonly (vscode.Uri | DroppedFile)[]> {
  const files = [...data].flatMap(([, item]) => item.asFile() ?? []);
  if (files.length > 0) return Promise.all(files.map(readFile));
  const uris = (await data.get("text/uri-list")?.asString()) ?? "";
  const named = uris.split(/\r?\n/).filter(uri => uri !== "" && !uri.startsWith("#"));
  return named.map(uri => vscode.Uri.parse(uri, true));
}

async function readFile(file: vscode.DataTransferFile): Promise<DroppedFile> {
  const { name } = file;
  try {
    return { name, bytes: await file.data() };
  } catch (error) {
    // A folder, or a file that went in the meantime.
    return { name, refused: (error as Error).message };
  }
}

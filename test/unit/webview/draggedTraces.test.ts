/** Rows that are dragged: what editor groups and plain fields read of them, and what the panel's page takes. */

import { expect, test } from "vitest";
import { putTraces, takeDraggedTraces } from "../../../webview/kit/draggedTraces.ts";

class Data {
  effectAllowed = "";
  dropEffect = "none";
  readonly #texts = new Map<string, string>();
  get types(): readonly string[] {
    return [...this.#texts.keys()];
  }
  setData(type: string, text: string): void {
    this.#texts.set(type, text);
  }
  getData(type: string): string {
    return this.#texts.get(type) ?? "";
  }
}

function drop(data: Data): { readonly opened: readonly string[]; readonly isTaken: boolean } {
  const page = new EventTarget();
  const opened: string[] = [];
  takeDraggedTraces(page as Document, uri => opened.push(uri));
  const over = Object.assign(new Event("dragover", { cancelable: true }), { dataTransfer: data });
  page.dispatchEvent(over);
  page.dispatchEvent(
    Object.assign(new Event("drop", { cancelable: true }), { dataTransfer: data }),
  );
  return { opened, isTaken: over.defaultPrevented };
}

test("every selected row, for editor groups, for the panel and as text", () => {
  const data = new Data();
  putTraces(data as unknown as DataTransfer, [
    { traceId: "a1", uri: "traceside-trace:/pay?a1" },
    { traceId: "b2", uri: "traceside-trace:/%E2%88%95stock?b2" },
  ]);
  const uris = ["traceside-trace:/pay?a1", "traceside-trace:/%E2%88%95stock?b2"];
  expect(JSON.parse(data.getData("ResourceURLs"))).toEqual(uris);
  expect(data.getData("text/plain")).toBe("a1\nb2");
  expect(drop(data)).toEqual({ opened: uris, isTaken: true });
});

test("what others drag is left to the editor", () => {
  const data = new Data();
  data.setData("ResourceURLs", JSON.stringify(["file:///etc/hosts"]));
  expect(drop(data)).toEqual({ opened: [], isTaken: false });
});

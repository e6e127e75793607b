/**
 * Where a piece of text stands on the page, so that a test points at words as a reader does, not at coordinates.
 */
import type { Page } from "playwright-core";

export type Point = { readonly x: number; readonly y: number };

/** Lines of an editor or output view, and rows of a terminal. */
export const editorLines = ".monaco-editor .view-line";
export const terminalRows = ".terminal-wrapper.active .xterm-rows > div";

/** The middle of the first place where `text` is seen within one of the lines; undefined where it is not seen. */
export function findText(page: Page, lines: string, text: string): Promise<Point | undefined> {
  return page.evaluate(
    ({ selector, wanted }) => {
      for (const line of document.querySelectorAll<HTMLElement>(selector)) {
        // Editors draw spaces as no-break spaces, and cut a line into many elements.
        const start = line.textContent.replaceAll("\u00a0", " ").indexOf(wanted);
        if (start < 0 || line.offsetParent === null) {
          continue;
        }
        const range = document.createRange();
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        let offset = 0;
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const length = node.textContent?.length ?? 0;
          if (start >= offset && start < offset + length) {
            range.setStart(node, start - offset);
          }
          const end = start + wanted.length;
          if (end > offset && end <= offset + length) {
            range.setEnd(node, end - offset);
            break;
          }
          offset += length;
        }
        const box = range.getBoundingClientRect();
        if (box.width > 0 && box.bottom > 0 && box.top < window.innerHeight) {
          return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
        }
      }
      return undefined;
    },
    { selector: lines, wanted: text },
  );
}

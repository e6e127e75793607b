/**
 * The README as it is packed into the extension, which VS Code shows on the extension's own page. A relative path leads
 * nowhere there, and since VS Code 1.103 embedded pictures are taken out of the page too (microsoft/vscode-vsce#1196): so
 * pictures of the repository are left out, and links into it become text. The walkthrough has pictures.
 */

export function toShippedReadme(markdown: string): string {
  // Code blocks and code spans stay as they are; a picture stands in a paragraph of its own.
  return markdown.replaceAll(
    /```[^]*?```|`[^`\n]*`|(!?)\[([^\]]*)\]\(([^)\s]+)\)(\n\n)?/g,
    (whole: string, mark?: string, text?: string, target?: string, end = "") => {
      if (target === undefined || text === undefined) return whole;
      if (/^(?:[a-z][a-z+.-]*:|#)/i.test(target)) return whole;
      return mark === "" ? `${text}${end}` : "";
    },
  );
}

/**
 * The README as it is packed into the extension, which VS Code shows on the extension's own page. A relative path leads
 * nowhere there, so pictures are embedded and links into the repository become text. The page's policy lets embedded
 * pictures through, but since VS Code 1.103 they are taken out of the page before (microsoft/vscode-vsce#1196): their words
 * stand below them as text, and what is left of the picture itself is empty instead of broken.
 */

const mediaTypes: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpg: "image/jpeg",
  png: "image/png",
};

/** Throws where a picture is of a kind that the page would not show. */
export function embedPictures(markdown: string, readPicture: (path: string) => Uint8Array): string {
  // Code blocks and code spans stay as they are.
  return markdown.replaceAll(
    /```[^]*?```|`[^`\n]*`|(!?)\[([^\]]*)\]\(([^)\s]+)\)/g,
    (whole: string, mark?: string, text?: string, target?: string) => {
      if (target === undefined || text === undefined) return whole;
      if (/^(?:[a-z][a-z+.-]*:|#)/i.test(target)) return whole;
      if (mark === "") return text;
      const mediaType = mediaTypes[/\.(\w+)$/.exec(target)?.[1]?.toLowerCase() ?? ""];
      if (mediaType === undefined) {
        throw new Error(`The README's picture ${target} cannot be shown.`);
      }
      const bytes = Buffer.from(readPicture(target)).toString("base64");
      return `![](data:${mediaType};base64,${bytes})\n\n*${text}.*`;
    },
  );
}

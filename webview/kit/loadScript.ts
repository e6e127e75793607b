/** Loads another script of `dist`, with the right to run that the page's own has. Only while the own one begins it is known. */

const own = document.currentScript;

/** Resolves when it has run; at once in a page that was exported, which holds all of them. */
export async function loadScript(name: string): Promise<void> {
  if (!(own instanceof HTMLScriptElement) || own.src === "") return;
  const script = document.createElement("script");
  script.src = new URL(name, own.src).href;
  script.nonce = own.nonce;
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${name} cannot be loaded.`)));
    document.head.append(script);
  });
}

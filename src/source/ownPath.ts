/** The part of a file's path that says something of the program. Pure. */

/**
 * `/home/me/vendor/shop/src/cart.ts` → `/src/cart.ts` below the workspace folder `/home/me/vendor/shop`: folders above
 * the workspace have names of their own. A path outside of every folder stays as it is.
 */
export function getOwnPath(path: string, folders: readonly string[]): string {
  const around = folders.filter(folder => path.startsWith(`${folder}/`));
  return path.slice(Math.max(0, ...around.map(folder => folder.length)));
}

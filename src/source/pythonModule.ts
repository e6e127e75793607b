/** The name by which Python imports a file, and the folder that it is imported from. Pure. */

export interface PythonModule {
  readonly name: string;
  /** The folder that is to be on Python's path. */
  readonly root: string;
}

/**
 * `path`: of the file, with `/`. `isPackage`: whether a folder holds an `__init__.py`. `task`: a name of Celery's, which
 * begins with the module as the program itself imports it.
 *
 *     /srv/backend/shop/tasks.py, "shop.tasks.charge"   shop.tasks from /srv/backend
 */
export async function findPythonModule(
  path: string,
  isPackage: (folder: string) => Promise<boolean>,
  task = "",
): Promise<PythonModule> {
  const parts = path.replace(/(?:\/__init__)?\.py$/, "").split("/");
  let count = findTaskParts(parts, task);
  if (count === 0) {
    count = 1;
    // A file `__init__.py` is the module of its own folder.
    while (count < parts.length - 1 && (await isPackage(parts.slice(0, -count).join("/")))) {
      count += 1;
    }
  }
  return { name: parts.slice(-count).join("."), root: parts.slice(0, -count).join("/") };
}

/** How many of the last parts of the path the task's name begins with. */
function findTaskParts(parts: readonly string[], task: string): number {
  const module = task.split(".").slice(0, -1);
  if (module.length === 0 || module.length >= parts.length) return 0;
  return module.join(".") === parts.slice(-module.length).join(".") ? module.length : 0;
}

/** The names of the positional parameters of a function's head, without what Python gives itself. */
export function listPositional(text: string): readonly string[] {
  // Texts by which parameters are preset may hold commas.
  const head = text.replace(/"[^"]*"|'[^']*'/g, '""');
  const from = head.indexOf("(") + 1;
  const names: string[] = [];
  let [depth, start] = [0, from];
  for (let at = from; at <= head.length && depth >= 0; at += 1) {
    const char = head[at] ?? ")";
    if (depth === 0 && (char === "," || char === ")")) {
      const name = /^\s*([A-Za-z_]\w*)/.exec(head.slice(start, at))?.[1];
      if (name !== undefined && name !== "self" && name !== "cls") names.push(name);
      start = at + 1;
    }
    if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth -= 1;
  }
  return names;
}

/**
 * The declarations of tasks in a Python file, and the constants and imports that their queue names hang on. Knows the
 * tree of this one file only; names that lead elsewhere stay names and are looked up by the index.
 *
 * A queue may be declared in many ways, and all are in use:
 *
 *     @boost(BoosterParams(queue_name="q"))   @boost("q")   @Booster(…)   @task_deco("q")   @BoosterParams(…)
 *     @boost(boost_params=Mine())   @boost(**options)   boost("q")(f)   BoosterParams(queue_name="q")(f)
 *     BoostersManager.build_booster(BoosterParams(queue_name="q", consuming_function=f))
 *     get_consumer("q", consuming_function=f)
 */

import type { FileFacts, ImportFact, TaskFact, TextExpression } from "./fileFacts.ts";
import {
  getChildren,
  getField,
  listAround,
  type Grammar,
  type QueryMatch,
  type SyntaxNode,
} from "./grammars.ts";
import { getPath, readText, unquote } from "./pythonText.ts";

export type PythonFacts = Pick<
  FileFacts,
  "tasks" | "constants" | "imports" | "starImports" | "bases"
>;

const boosters = new Set([
  "boost",
  "Booster",
  "task_deco",
  "get_consumer",
  "build_booster",
  "get_booster",
]);
/** Celery, huey, dramatiq, RQ. */
const otherTasks = new Set(["task", "shared_task", "periodic_task", "db_task", "actor", "job"]);
const paramsClass = /(?:Params|Booster\w*)$/;
/** A file without any of these declares no task. */
const taskHint = /boost|Boost|task|queue|actor|consum|@job|Params/;
const callHint = /consuming_function|boost|Booster/;

/** Joined to the query for definitions. */
export const pythonQuery = `
  (class_definition superclasses: (argument_list)) @derived
  (decorated_definition) @decorated
  (import_from_statement) @import
  (import_statement) @import
  (module (expression_statement (assignment) @constant))
  (module (if_statement (block (expression_statement (assignment) @constant))))
  (module (try_statement (block (expression_statement (assignment) @constant))))
  (class_definition body: (block (expression_statement (assignment) @constant)))`;

export function readPythonFacts(
  grammar: Grammar,
  root: SyntaxNode,
  matches: readonly QueryMatch[],
  text: string,
): PythonFacts {
  const find = (name: string): SyntaxNode[] =>
    matches.flatMap(({ captures: [first] }) => (first?.name === name ? [first.node] : []));
  const { imports, starImports } = readImports(find("import"));
  const constants = readConstants(find("constant"));
  const tasks: TaskFact[] = [];
  if (taskHint.test(text)) {
    const reader = new TaskReader(imports, constants);
    for (const node of find("decorated")) reader.readDecorated(node, tasks);
    if (callHint.test(text)) {
      for (const { node } of grammar.query("(call) @call").captures(root)) {
        reader.readCall(node, tasks);
      }
    }
  }
  return { tasks, constants, imports, starImports, bases: readBases(find("derived")) };
}

class TaskReader {
  readonly #imports: ReadonlyMap<string, ImportFact>;
  readonly #constants: ReadonlyMap<string, TextExpression>;

  constructor(
    imports: ReadonlyMap<string, ImportFact>,
    constants: ReadonlyMap<string, TextExpression>,
  ) {
    this.#imports = imports;
    this.#constants = constants;
  }

  readDecorated(node: SyntaxNode, tasks: TaskFact[]): void {
    const definition = getField(node, "definition");
    const name = getField(definition, "name");
    if (definition?.type !== "function_definition" || name === undefined) return;
    for (const decorator of getChildren(node)) {
      if (decorator.type !== "decorator") continue;
      const [expression] = getChildren(decorator);
      const declared = expression && this.#readDecorator(expression);
      if (declared === undefined) continue;
      tasks.push({
        ...declared,
        function: name.text,
        owner: getOwner(node),
        line0: name.startPosition.row,
        isReference: false,
      });
    }
  }

  /** `boost("q")(f)`, and whatever is given `consuming_function=f`. */
  readCall(node: SyntaxNode, tasks: TaskFact[]): void {
    if (node.parent?.type === "decorator") return;
    const callee = getField(node, "function");
    const list = getField(node, "arguments");
    if (callee === undefined || list === undefined) return;
    let target: SyntaxNode | undefined;
    let queue: TextExpression | undefined;
    if (callee.type === "call") {
      [target] = getPositional(list);
      queue = this.#readDecorator(callee)?.queue;
    } else {
      target = getKeyword(list, "consuming_function");
      if (target !== undefined) queue = this.#readQueue(node, true);
    }
    if (target === undefined || queue === undefined) return;
    const path = getPath(target);
    if (path === undefined && target.type !== "lambda") return;
    if (path === "None") return;
    tasks.push({
      queue,
      function: path ?? "",
      owner: getOwner(node),
      line0: node.startPosition.row,
      isReference: true,
    });
  }

  #readDecorator(
    expression: SyntaxNode,
  ): Pick<TaskFact, "queue" | "taskName" | "isGuess"> | undefined {
    if (expression.type !== "call") {
      const path = getPath(expression);
      if (path === undefined) return undefined;
      if (otherTasks.has(this.#getOriginal(path))) return {};
      // A decorator made beforehand: shop_task = BoosterParams(queue_name="q"), then @shop_task.
      const isOwn = this.#constants.has(`${path}.queue_name`) || this.#imports.has(getHead(path));
      if (!isOwn) return undefined;
      return { queue: { kind: "name", path: `${path}.queue_name` }, isGuess: true };
    }
    const callee = getCallee(expression);
    const original = this.#getOriginal(callee);
    if (boosters.has(original)) {
      const queue = this.#readQueue(expression, true);
      return queue === undefined ? undefined : { queue };
    }
    const list = getField(expression, "arguments");
    if (list === undefined) return undefined;
    if (otherTasks.has(original)) {
      const queue =
        getKeyword(list, "queue") ??
        getKeyword(list, "queue_name") ??
        (original === "job" ? getPositional(list)[0] : undefined);
      const name = getKeyword(list, "name") ?? getKeyword(list, "actor_name");
      return {
        ...(queue !== undefined && { queue: readText(queue) }),
        ...(name !== undefined && { taskName: readText(name) }),
      };
    }
    // A wrapper of the project's own is a declaration too where it is given a queue by name.
    const queue = this.#readQueue(expression, paramsClass.test(original));
    return queue === undefined ? undefined : { queue };
  }

  /**
   * The queue of `boost(…)`, `SomeParams(…)` or a wrapper. For what is no known declaration only `queue_name=` counts.
   */
  #readQueue(call: SyntaxNode, isDeclaration: boolean): TextExpression | undefined {
    const list = getField(call, "arguments");
    if (list === undefined) return undefined;
    const callee = getCallee(call);
    const named = getKeyword(list, "queue_name");
    if (named !== undefined) return readText(named);
    const copied = getKeyword(list, "update");
    const updated = copied?.type === "dictionary" ? getEntry(copied, "queue_name") : undefined;
    if (updated !== undefined) return readText(updated);

    const isParams = !boosters.has(this.#getOriginal(callee));
    const first = getKeyword(list, "boost_params") ?? getPositional(list)[0];
    if (first !== undefined) {
      if (first.type === "call") {
        const isMade = paramsClass.test(this.#getOriginal(getCallee(first)));
        return this.#readQueue(first, isMade || isDeclaration);
      }
      if (!isDeclaration) return undefined;
      const path = getPath(first);
      // What any other function makes of a text is not known; parameters keep their queue.
      if (isParams) {
        return path === undefined ? undefined : { kind: "name", path: `${path}.queue_name` };
      }
      // A name may stand for the queue's name or for parameters made beforehand; the index finds out which.
      return path === undefined ? readText(first) : readText(first, ".queue_name");
    }
    if (!isDeclaration) return undefined;
    for (const argument of getChildren(list)) {
      if (argument.type !== "dictionary_splat") continue;
      const [inner] = getChildren(argument);
      const path = inner && getPath(inner);
      if (path !== undefined) return { kind: "name", path: `${path}.queue_name` };
    }
    // Params without a queue name: the class, or the object they are copied from, has it.
    const base = callee.replace(
      /\.(?:model_copy|copy|copy_and_update|replace|clone|merge_from_parent)$/,
      "",
    );
    return isParams && base !== "" ? { kind: "name", path: `${base}.queue_name` } : undefined;
  }

  /** The last name of a callee, before it was renamed by `import … as`. */
  #getOriginal(path: string): string {
    const last = path.slice(path.lastIndexOf(".") + 1);
    return path === last ? (this.#imports.get(path)?.name ?? last) : last;
  }
}

function readImports(nodes: readonly SyntaxNode[]): {
  imports: Map<string, ImportFact>;
  starImports: string[];
} {
  const imports = new Map<string, ImportFact>();
  const starImports: string[] = [];
  for (const node of nodes) {
    const module = getField(node, "module_name")?.text;
    for (const child of node.childrenForFieldName("name").filter(each => each !== null)) {
      const name = getField(child, "name")?.text ?? child.text;
      const alias = getField(child, "alias")?.text;
      imports.set(alias ?? name, module === undefined ? { module: name } : { module, name });
    }
    const isStar = getChildren(node).some(child => child.type === "wildcard_import");
    if (module !== undefined && isStar) starImports.push(module);
  }
  return { imports, starImports };
}

function readBases(nodes: readonly SyntaxNode[]): Map<string, string[]> {
  const bases = new Map<string, string[]>();
  for (const node of nodes) {
    const parents = getChildren(getField(node, "superclasses"))
      .map(getPath)
      .filter(path => path !== undefined && path !== "object");
    const name = [getOwner(node), getField(node, "name")?.text].filter(Boolean).join(".");
    if (parents.length > 0) bases.set(name, parents as string[]);
  }
  return bases;
}

function readConstants(nodes: readonly SyntaxNode[]): Map<string, TextExpression> {
  const constants = new Map<string, TextExpression>();
  for (const node of nodes) {
    const left = getField(node, "left");
    const right = getField(node, "right");
    if (left?.type !== "identifier" || right === undefined) continue;
    const owner = getOwner(node);
    readConstant(owner === "" ? left.text : `${owner}.${left.text}`, right, constants);
  }
  return constants;
}

function readConstant(
  name: string,
  value: SyntaxNode,
  constants: Map<string, TextExpression>,
): void {
  const add = (key: string, node: SyntaxNode | undefined): void => {
    const text = node === undefined ? undefined : readText(node);
    if (text !== undefined && text.kind !== "unknown") constants.set(key, text);
  };
  switch (value.type) {
    case "dictionary":
      for (const pair of getChildren(value)) {
        const key = getField(pair, "key");
        if (key?.type === "string") add(`${name}.${unquote(key)}`, getField(pair, "value"));
      }
      break;
    case "call": {
      // params = BoosterParams(queue_name="q"), names = SimpleNamespace(orders="q"), settings = Settings().
      const list = getField(value, "arguments");
      for (const argument of getChildren(list)) {
        if (argument.type !== "keyword_argument") continue;
        const key = getField(argument, "name")?.text ?? "";
        add(`${name}.${key}`, getField(argument, "value"));
      }
      const callee = getCallee(value);
      const [first] = list === undefined ? [] : getPositional(list);
      const nested =
        first?.type === "call" ? getKeyword(getField(first, "arguments"), "queue_name") : undefined;
      if (nested !== undefined) add(`${name}.queue_name`, nested);
      else if (boosters.has(callee) && first?.type === "string") add(`${name}.queue_name`, first);
      // Such a value has what its class has, and some calls, `"{}_q".format(x)`, are texts.
      const text = readText(value);
      if (text.kind !== "unknown") constants.set(name, text);
      else if (callee !== "") constants.set(name, { kind: "name", path: callee });
      break;
    }
    default:
      add(name, value);
  }
}

function getHead(path: string): string {
  return path.split(".")[0] ?? path;
}

/** The dotted name of what is called; empty where it has none. */
function getCallee(call: SyntaxNode): string {
  const callee = getField(call, "function");
  return callee === undefined ? "" : (getPath(callee) ?? "");
}

function getKeyword(list: SyntaxNode | undefined, name: string): SyntaxNode | undefined {
  for (const argument of getChildren(list)) {
    if (argument.type !== "keyword_argument") continue;
    if (getField(argument, "name")?.text === name) {
      return getField(argument, "value") ?? undefined;
    }
  }
  return undefined;
}

function getPositional(list: SyntaxNode): SyntaxNode[] {
  const isPositional = (node: SyntaxNode): boolean =>
    !["keyword_argument", "dictionary_splat", "list_splat", "comment"].includes(node.type);
  return getChildren(list).filter(isPositional);
}

function getEntry(dictionary: SyntaxNode, name: string): SyntaxNode | undefined {
  for (const pair of getChildren(dictionary)) {
    const key = getField(pair, "key");
    if (key?.type === "string" && unquote(key) === name) {
      return getField(pair, "value") ?? undefined;
    }
  }
  return undefined;
}

/** The names of the classes and functions around a node, outermost first. */
function getOwner(node: SyntaxNode): string {
  const names: string[] = [];
  for (const outer of listAround(node)) {
    if (outer.type !== "class_definition" && outer.type !== "function_definition") continue;
    const name = getField(outer, "name")?.text;
    if (name !== undefined) names.unshift(name);
  }
  return names.join(".");
}

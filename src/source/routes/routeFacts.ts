/** The facts that one file says of routes, before the prefixes of other files are known. Pure data. */

export interface RouteFact {
  /** Upper case; absent: any. */
  readonly method?: string;
  /**
   * With the prefixes that are written around it in this file; begins with `unknownPrefix` where one is not known, and
   * holds `…NAME` for what a constant says.
   */
  readonly path: string;
  /** The name that the framework gives to it: `blog_show`. */
  readonly name?: string;
  /** Where it is declared. */
  readonly line0: number;
  /** The object that it is declared on: `router`, `app.admin`; empty where there is none. */
  readonly base: string;
  /** The function around the declaration, where routers are handed over to. */
  readonly scope: string;
  /** Names of the functions or classes that answer, most telling first. */
  readonly handlers: readonly string[];
  /** The line of the function that answers, where it stands in this file. */
  readonly handlerLine0?: number;
  /** An interface declares it: the method of the class that implements it answers. */
  readonly isAbstract?: boolean;
  /** The file's place is the address: nothing but the site's own base stands before it. */
  readonly isFile?: boolean;
  /** A contract declares it, which is no place: only the function that it names is. */
  readonly isContract?: boolean;
  /** A client's declaration of what another service answers (Feign, Retrofit). */
  readonly isClient?: boolean;
}

/** Everything that is declared on `name` stands under the prefix: `v1 := r.Group("/v1")`. */
export interface RouterFact {
  readonly name: string;
  readonly prefix: string;
  /** Whoever mounts it may give it another prefix. */
  readonly isDefault?: boolean;
  /** The router that it was made from; empty: it stands alone until something mounts it. */
  readonly base: string;
  readonly scope: string;
}

/** The fact that what is declared by `target` (a router, a module, a file, a function) stands under the prefix. */
export interface MountFact {
  readonly base: string;
  readonly scope: string;
  readonly prefix: string;
  readonly target: string;
}

export interface RouteFacts {
  readonly routes: readonly RouteFact[];
  readonly routers: readonly RouterFact[];
  readonly mounts: readonly MountFact[];
  /** JavaScript: names that this file imports, with the modules that they come from. */
  readonly imports: ReadonlyMap<string, string>;
  /** Constants that may be a part of a route, by their bare names. */
  readonly constants: ReadonlyMap<string, string>;
}

export const noRoutes: RouteFacts = {
  routes: [],
  routers: [],
  mounts: [],
  imports: new Map(),
  constants: new Map(),
};

/** Stands for a part of a route that is not known without running the program. */
export const unknownPrefix = "…";

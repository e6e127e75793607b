/** All programs of the corpus. */

import { applicationIdioms } from "./applicationIdioms.ts";
import { callIdioms } from "./callIdioms.ts";
import { compiledIdioms } from "./compiledIdioms.ts";
import { composedIdioms } from "./composedIdioms.ts";
import { constantRouteIdioms } from "./constantRouteIdioms.ts";
import { consumerIdioms } from "./consumerIdioms.ts";
import { frameworkIdioms } from "./frameworkIdioms.ts";
import type { Idiom } from "./idiom.ts";
import { indirectIdioms } from "./indirectIdioms.ts";
import { layoutIdioms } from "./layoutIdioms.ts";
import { mappedIdioms, projectIdioms } from "./projectIdioms.ts";
import { pythonRouteIdioms } from "./pythonRouteIdioms.ts";
import { registeredIdioms } from "./registeredIdioms.ts";
import { routeIdioms } from "./routeIdioms.ts";
import { spanIdioms } from "./spanIdioms.ts";

export const idioms: readonly Idiom[] = [
  ...spanIdioms,
  ...pythonRouteIdioms,
  ...routeIdioms,
  ...constantRouteIdioms,
  ...consumerIdioms,
  ...callIdioms,
  ...applicationIdioms,
  ...frameworkIdioms,
  ...projectIdioms,
  ...layoutIdioms,
  ...indirectIdioms,
  ...registeredIdioms,
  ...mappedIdioms,
  ...composedIdioms,
  ...compiledIdioms,
];

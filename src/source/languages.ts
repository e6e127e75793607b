/** The languages of source files, by the ends of their names. Pure data. */

import { lookupTable } from "../base/lookupTable.ts";

export type SourceLanguage =
  | "python"
  | "typescript"
  | "tsx"
  | "javascript"
  | "go"
  | "java"
  | "csharp"
  | "php"
  | "ruby"
  | "rust"
  | "cpp"
  | "kotlin"
  | "scala"
  | "groovy"
  | "swift"
  | "elixir"
  | "dart"
  | "component"
  | "config"
  | "settings"
  | "statements"
  | "text";

const extensions = lookupTable<SourceLanguage>({
  py: "python",
  pyw: "python",
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  go: "go",
  java: "java",
  cs: "csharp",
  php: "php",
  phtml: "php",
  rb: "ruby",
  rake: "ruby",
  ru: "ruby",
  rs: "rust",
  c: "cpp",
  h: "cpp",
  cc: "cpp",
  cpp: "cpp",
  cxx: "cpp",
  hh: "cpp",
  hpp: "cpp",
  kt: "kotlin",
  kts: "kotlin",
  scala: "scala",
  groovy: "groovy",
  swift: "swift",
  ex: "elixir",
  exs: "elixir",
  dart: "dart",
  proto: "config",
  sql: "statements",
  vue: "component",
  svelte: "component",
  astro: "component",
  fs: "text",
  vb: "text",
  clj: "text",
  erl: "text",
  lua: "text",
  pl: "text",
});

const scripts = ["typescript", "tsx", "javascript", "component"] as const;
/** The languages of each runtime, by the word of its OpenTelemetry SDK (`telemetry.sdk.language`). */
const runtimes = lookupTable<readonly SourceLanguage[]>({
  nodejs: scripts,
  webjs: scripts,
  python: ["python"],
  go: ["go"],
  java: ["java", "kotlin", "scala", "groovy"],
  dotnet: ["csharp"],
  php: ["php"],
  ruby: ["ruby"],
  rust: ["rust"],
  cpp: ["cpp"],
  swift: ["swift"],
  erlang: ["elixir"],
});

/** False for a file in the language of another runtime; what no runtime has of its own may belong to any. */
export function mayRunIn(runtime: string, path: string): boolean {
  const language = getLanguage(path);
  const run = runtimes[runtime];
  if (run === undefined || language === undefined || run.includes(language)) return true;
  return !Object.values(runtimes).some(each => each.includes(language));
}

const grammars: Partial<Record<SourceLanguage, string>> = {
  python: "python",
  typescript: "typescript",
  tsx: "tsx",
  javascript: "javascript",
  go: "go",
  java: "java",
  csharp: "c-sharp",
  php: "php",
  ruby: "ruby",
  rust: "rust",
  cpp: "cpp",
};

/** Configuration that declares what the program answers. */
const configNames = ["routes", "serverless", "template"].flatMap(name => [
  `${name}.yaml`,
  `${name}.yml`,
]);

/** Play's routes have no extension of their own. */
const playRoutes = /(?:^|\/)conf\/(?:routes|[\w-]+\.routes)$/;
/** Contracts that servers are generated from, files of MyBatis' statements, and values that a program reads by a key. */
const byName: readonly (readonly [globs: readonly string[], is: RegExp, SourceLanguage])[] = [
  [
    ["*openapi*", "*swagger*"].flatMap(name =>
      ["yaml", "yml", "json"].map(end => `${name}.${end}`),
    ),
    /(?:openapi|swagger)[^/]*\.(?:ya?ml|json)$/,
    "config",
  ],
  [["*Mapper.xml", "*Dao.xml", "*DAO.xml"], /(?:Mapper|Dao|DAO)\.xml$/, "statements"],
  [
    // A server of settings has a file for each service.
    ["application*", "bootstrap*", "config*", "settings*", "values*", "appsettings*", "*-service"]
      .flatMap(name => ["yaml", "yml", "json", "properties", "toml"].map(end => `${name}.${end}`))
      .concat(".env"),
    /(?:^|\/)(?:(?:(?:application|bootstrap|config|settings|values|appsettings)[\w.-]*|[\w-]{1,80}-service)\.(?:ya?ml|json|properties|toml)|\.env)$/,
    "settings",
  ],
];

/** `undefined` for files that the index does not read. */
export function getLanguage(path: string): SourceLanguage | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (configNames.includes(name) || playRoutes.test(path)) return "config";
  const known = byName.find(([, is]) => is.test(path))?.[2];
  if (known !== undefined) return known;
  return extensions[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
}

/** The name of the grammar's file; `undefined` where there is none, and definitions are found in the plain text. */
export function getGrammarName(language: SourceLanguage): string | undefined {
  return grammars[language];
}

/** Every extension that the index reads. */
export const sourceExtensions: readonly string[] = Object.keys(extensions);

/** Every file's name that the index reads, as alternatives of a glob. */
export const sourceNames: readonly string[] = [
  ...sourceExtensions.map(extension => `*.${extension}`),
  ...configNames,
  "routes",
  "*.routes",
  ...byName.flatMap(([globs]) => globs),
];

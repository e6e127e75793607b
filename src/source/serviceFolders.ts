/**
 * Which folder of the workspace is a service's: by the folder's name, by what its manifest calls it, by the compose
 * file that builds it. Pure.
 */

export interface ServiceName {
  readonly name: string;
  /** Absolute and normal. */
  readonly folder: string;
  /** The projects of the workspace that it is built of: their folders where the manifest has paths, else their names. */
  readonly uses?: readonly string[];
}

/** Files that name what lies beside them. */
export const manifestNames = [
  "package.json",
  "go.mod",
  "pom.xml",
  "Cargo.toml",
  "pyproject.toml",
  "composer.json",
  "settings.gradle",
  "settings.gradle.kts",
  "docker-compose.yml",
  "docker-compose.yaml",
  "compose.yml",
  "compose.yaml",
  "application.yml",
  "application.yaml",
  "application.properties",
  "bootstrap.yml",
  ".env",
  "Dockerfile",
] as const;
const manifests = new Set<string>(manifestNames);

export function isManifest(path: string): boolean {
  return manifests.has(path.slice(path.lastIndexOf("/") + 1)) || path.endsWith(".csproj");
}

export function readServiceNames(path: string, text: string): readonly ServiceName[] {
  const uses = readUses(path, text);
  const names = readNames(path, text);
  return uses.length === 0 ? names : names.map(name => ({ ...name, uses }));
}

/** How a manifest names another project of its workspace: `folder` is a path, `file` one within the folder. */
const references: readonly {
  readonly manifest: RegExp;
  readonly pattern: RegExp;
}[] = [
  { manifest: /\.csproj$/, pattern: /<ProjectReference\s+Include="(?<file>[^"\n]+)"/g },
  { manifest: /\/go\.mod$/, pattern: /=>\s*(?<folder>\.\.?\/\S+)/g },
  {
    manifest: /\/(?:Cargo|pyproject)\.toml$/,
    pattern:
      /\bpath\s*=\s*"(?<folder>\.\.?\/[^"\n]+)"|^"?(?<name>[\w.-]+)"?\s*=\s*\{\s*workspace\s*=\s*true/gm,
  },
  {
    manifest: /\/package\.json$/,
    pattern: /"(?:@[^"/\n]+\/)?(?<name>[^"/\n]+)"\s*:\s*"(?:workspace:|file:|link:|\*")/g,
  },
  { manifest: /\/pom\.xml$/, pattern: /<dependency>[^]{0,400}?<artifactId>(?<name>[^<\n]+)</g },
];

function readUses(path: string, text: string): readonly string[] {
  const beside = path.slice(0, path.lastIndexOf("/"));
  const reference = references.find(({ manifest }) => manifest.test(path));
  if (reference === undefined) return [];
  return [...text.matchAll(reference.pattern)].flatMap(
    ({ groups: { file, folder, name } = {} }) => {
      if (name !== undefined) return [name];
      const named = folder ?? file?.replaceAll("\\", "/").replace(/[^/]*$/, "");
      return named === undefined ? [] : [normalize(`${beside}/${named}`)];
    },
  );
}

function readNames(path: string, text: string): readonly ServiceName[] {
  const slash = path.lastIndexOf("/");
  const folder = path.slice(0, slash);
  const file = path.slice(slash + 1);
  const add = (name: string | undefined, where = folder): readonly ServiceName[] =>
    name === undefined || name.trim() === "" ? [] : [{ name: name.trim(), folder: where }];
  const firstMatch = (pattern: RegExp): readonly ServiceName[] => add(pattern.exec(text)?.[1]);
  if (/compose\.ya?ml$/.test(file)) return readCompose(text, folder);
  if (file.endsWith(".csproj")) return add(file.replace(/\.csproj$/, ""));
  switch (file) {
    case "package.json":
    case "composer.json":
      return firstMatch(/"name"\s*:\s*"(?:@?[^"/\n]+\/)?([^"\n]+)"/);
    case "go.mod":
      return firstMatch(/^module\s+(?:\S+\/)?([^\s/]+?)(?:\/v\d+)?\s*$/m);
    case "Cargo.toml":
    case "pyproject.toml":
      return firstMatch(/^name\s*=\s*"([^"\n]+)"/m);
    case "pom.xml":
      return add(
        /<artifactId>([^<]+)<\/artifactId>/.exec(text.replace(/<parent>[^]*?<\/parent>/, ""))?.[1],
      );
    case "settings.gradle":
    case "settings.gradle.kts":
      return firstMatch(/rootProject\.name\s*=\s*["']([^"'\n]+)["']/);
    case ".env":
    case "Dockerfile":
      return firstMatch(/OTEL_SERVICE_NAME[= ]"?([\w.-]+)/);
    default: {
      const name =
        /^\s*(?:spring\.application\.name\s*[=:]|application:\s*\n\s+name:)\s*(\S+)/m.exec(
          text,
        )?.[1];
      return add(name, folder.replace(/\/src\/main\/resources.*$/, ""));
    }
  }
}

/** Reads as much of YAML as compose files use for this: indented keys and scalars. */
function readCompose(text: string, folder: string): readonly ServiceName[] {
  const found: ServiceName[] = [];
  const body = /^services:\s*\n((?:[ \t]+.*\n|\s*\n|#.*\n)*)/m.exec(`${text}\n`)?.[1] ?? "";
  for (const [, name = "", block = ""] of body.matchAll(
    /^ {2}([\w.-]+):[ \t]*\n((?: {3,}.*\n|\s*\n)*)/gm,
  )) {
    const context =
      /^[ \t]+build:[ \t]+["']?([^\s"'#]+)/m.exec(block)?.[1] ??
      /^[ \t]+context:[ \t]*["']?([^\s"'#]+)/m.exec(block)?.[1];
    const dockerfile = /^[ \t]+dockerfile:[ \t]*["']?([^\s"'#]+)/m.exec(block)?.[1];
    const mounted = readMounted(block, folder);
    if (context === undefined && mounted === undefined) continue;
    const inside =
      dockerfile?.includes("/") === true
        ? dockerfile.replace(/\/[^/]*$/, "").replace(/^\$\{\w+\}\/?/, "")
        : "";
    const full = mounted ?? normalize(`${folder}/${context}/${inside}`);
    const service = /OTEL_SERVICE_NAME[=:]\s*["']?([\w.-]+)/.exec(block)?.[1];
    for (const each of new Set([name, service])) {
      // A context that is the whole repository tells no folder.
      if (each !== undefined && full !== folder) found.push({ name: each, folder: full });
    }
  }
  return found;
}

/** The folder of the workspace that a service runs in: `volumes: ["./src:/app"]` and `working_dir: /app/orders`. */
function readMounted(block: string, folder: string): string | undefined {
  const inside = /^[ \t]+working_dir:[ \t]*["']?([^\s"'#]+)/m.exec(block)?.[1];
  if (inside === undefined) return undefined;
  for (const [, from = "", to = ""] of block.matchAll(
    /^[ \t]+-[ \t]*["']?(\.{1,2}\/[^\s"':]*):([^\s"':]+)/gm,
  )) {
    const end = `${inside}/`.startsWith(`${to}/`) ? inside.slice(to.length) : undefined;
    if (end !== undefined) return normalize(`${folder}/${from}/${end}`);
  }
  return undefined;
}

function normalize(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return `/${segments.join("/")}`.replace(/^\/(?=[a-z]:)/, "");
}

/** More folders than these are no answer which is the service's. */
const MAX_FOLDERS = 4;
const MAX_USED = 8;

/** Words that say that something is a service, not which. */
const noise = new Set(
  "service services svc api app server worker backend microservice ms web http grpc rest".split(
    " ",
  ),
);
/** Folders that hold what is not a service's program. */
const besides =
  /\/(?:docs?|tests?|protos?|k8s|kubernetes|helm|charts?|deploy\w*|config|kustomize|\.github|e2e|genproto|build|images?|public|static|assets)(?:\/|$)/;

/**
 * The folders of a service, best first, none inside of another; empty where none is called so. Those of the projects
 * that it is built of come last: what they do runs in the service.
 */
export function findServiceFolders(
  service: string,
  folders: ReadonlySet<string>,
  names: readonly ServiceName[],
): readonly string[] {
  const serviceWords = split(service);
  if (serviceWords.length === 0) return [];
  let best = 0;
  let found = new Set<string>();
  const offer = (name: string, folder: string, bonus: number): void => {
    const score = compare(serviceWords, split(name));
    if (score === 0 || besides.test(folder)) return;
    const total = score * 2 + bonus;
    if (total > best) {
      best = total;
      found = new Set();
    }
    if (total === best) found.add(folder);
  };
  // A manifest beside no program, as a folder of Dockerfiles, names what lies elsewhere.
  for (const { name, folder } of names) if (folders.has(folder)) offer(name, folder, 1);
  for (const folder of folders) offer(folder.slice(folder.lastIndexOf("/") + 1), folder, 0);
  // Istio calls a service with its namespace: details.default.
  const plain =
    found.size > 0 ? undefined : /^([a-z][a-z\d-]*)\.[a-z][a-z\d-]*$/.exec(service)?.[1];
  if (plain !== undefined) return findServiceFolders(plain, folders, names);
  const sorted = [...found, ...listLayers(found, folders)].sort((a, b) => a.length - b.length);
  const isInside = (folder: string): boolean =>
    sorted.some(outer => folder.startsWith(`${outer}/`));
  const outermost = sorted.filter(folder => !isInside(folder));
  const used = listUsed(outermost, folders, names).filter(
    folder => !isInside(folder) && !outermost.includes(folder),
  );
  return [...outermost.slice(0, MAX_FOLDERS), ...used.slice(0, MAX_USED)];
}

function listUsed(
  service: readonly string[],
  folders: ReadonlySet<string>,
  names: readonly ServiceName[],
): readonly string[] {
  const uses = names
    .filter(({ folder }) => service.includes(folder))
    .flatMap(each => each.uses ?? []);
  const used = uses.flatMap(use =>
    use.includes("/")
      ? [use]
      : names.filter(({ name }) => name === use).map(({ folder }) => folder),
  );
  return [...new Set(used)].filter(folder => folders.has(folder));
}

/** .NET lays the layers of `Shop.Api` beside it: `Shop`, `Shop.Domain`, `Shop.Infrastructure`. */
function listLayers(found: ReadonlySet<string>, folders: ReadonlySet<string>): readonly string[] {
  const stems = [...found].flatMap(
    folder => /^(.*\/\w+)\.(?:Api|API|Web|Host|Worker|Grpc)$/.exec(folder)?.[1] ?? [],
  );
  if (stems.length === 0) return [];
  const layer = /^(?:\.(?!\w*Tests?\b)\w+)?$/;
  return [...folders].filter(folder =>
    stems.some(stem => folder.startsWith(stem) && layer.test(folder.slice(stem.length))),
  );
}

function split(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map(word => (word.length > 9 ? word.replace(/(?:service|svc)$/, "") : word))
    .map(word => word.replace(/^(\w{3,})service$/, "$1"))
    .filter(word => word !== "");
}

function compare(wanted: readonly string[], name: readonly string[]): number {
  const all = wanted.join("");
  if (all === name.join("")) return 4;
  const core = wanted.filter(word => !noise.has(word));
  const other = name.filter(word => !noise.has(word));
  if (core.length === 0 || other.length === 0) return 0;
  if (core.join("") === other.join("")) return 3;
  const tail = core.slice(-other.length).join("");
  if (other.length < core.length && tail === other.join("")) return 2;
  if (core.length < other.length && other.slice(-core.length).join("") === core.join("")) return 1;
  return isShortened(wanted, name) ? 1 : 0;
}

/** `parcel-server` is short for `parcel-depot-server`: both ends are said, and a word between is not. */
function isShortened(wanted: readonly string[], name: readonly string[]): boolean {
  let next = 0;
  return (
    wanted.length > 1 &&
    wanted.length < name.length &&
    wanted[0] === name[0] &&
    wanted.at(-1) === name.at(-1) &&
    wanted.every(word => (next = name.indexOf(word, next) + 1) > 0)
  );
}

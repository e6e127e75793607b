/** Paths of containers, other machines and bundlers → files of the workspace. */

import { readComposeMounts, readDevContainer } from "../../../src/source/containerMappings.ts";
import { expect, test } from "vitest";
import { readLaunchMappings } from "../../../src/source/launchMappings.ts";
import {
  isLibraryPath,
  LearnedMappings,
  listPathMappings,
  normalizePath,
  PathMapper,
  type PathMapping,
} from "../../../src/source/pathMapping.ts";

const files = [
  "/ws/main.py",
  "/ws/shop/orders.py",
  "/ws/shop/utils.py",
  "/ws/admin/utils.py",
  "/ws/web/src/cart.ts",
  "/ws/java/com/shop/Orders.java",
];

function createMapper(
  mappings: readonly PathMapping[] = [],
  learned = new LearnedMappings(),
  list = files,
) {
  const folders = [{ name: "ws", path: "/ws" }];
  return new PathMapper({ folders, mappings, files: list, learned });
}

/** Listed files, with `?` where the mapper is not sure. */
function find(mapper: PathMapper, remote: string, service = ""): string[] {
  return mapper
    .findFiles(remote, service)
    .filter(file => file.isListed)
    .map(file => file.path + (file.isSure ? "" : "?"));
}

test.each([
  ["file:///C:/ws/a%20b.py", "c:/ws/a b.py"],
  ["file:///home/me/a.py", "/home/me/a.py"],
  ["C:\\ws\\shop\\a.py", "c:/ws/shop/a.py"],
  ["/ws/./shop/../a.py", "/ws/a.py"],
  ["webpack://app/./src/cart.ts", "src/cart.ts"],
  ["webpack-internal:///./src/cart.ts", "src/cart.ts"],
  ["./src/o.rs", "src/o.rs"],
  ["/ws//shop/", "/ws/shop"],
  ["/100%.py", "/100%.py"],
  ["/../../etc/passwd", "/etc/passwd"],
  ["C:\\..\\..\\x.py", "c:/x.py"],
  ["../outside/x.py", "../outside/x.py"],
  ["a/../../x.py", "../x.py"],
])("%s is %s", (path, normal) => {
  expect(normalizePath(path)).toBe(normal);
});

test("a path of the workspace is itself, and a relative one is the folder's", () => {
  expect(find(createMapper(), "/ws/shop/orders.py")).toEqual(["/ws/shop/orders.py"]);
  expect(find(createMapper(), "shop/orders.py")).toEqual(["/ws/shop/orders.py"]);
});

test.each([
  ["../outside/x.py", "/outside/x.py"],
  ["shop/../../outside/x.py", "/outside/x.py"],
  ["..\\outside\\x.py", "/outside/x.py"],
  ["shop/./../../ws-other/x.py", "/ws-other/x.py"],
  ["/ws/../outside/x.py", "/outside/x.py"],
  ["/app/../outside/x.py", "/outside/x.py"],
  ["webpack://app/./../outside/x.py", "/outside/x.py"],
  ["file:///ws/%2e%2e/outside/x.py", "/outside/x.py"],
])("%s is outside of the folder, and looks so", (remote, path) => {
  const mapper = createMapper([{ remoteRoot: "/app", localRoot: "${workspaceFolder}" }]);
  const found = mapper.findFiles(remote, "").map(file => file.path);
  expect(found).toContain(path);
  expect(found.filter(each => each.includes(".."))).toEqual([]);
});

test("a mapping does not lead out of its root unseen", () => {
  const mapper = createMapper([{ remoteRoot: ".", localRoot: "/ws/lib" }]);
  const found = mapper.findFiles("../../outside/x.py", "").map(file => file.path);
  expect(found).toEqual(["/outside/x.py"]);
});

test("no other host is asked for a file, but for that of a folder", () => {
  expect(createMapper().findFiles("\\\\evil\\share\\x.py", "")).toEqual([]);
  const folders = [{ name: "ws", path: "//nas/share/ws" }];
  const files = ["//nas/share/ws/x.py"];
  const learned = new LearnedMappings();
  const mapper = new PathMapper({ folders, mappings: [], files, learned });
  expect(mapper.findFiles("//nas/share/ws/x.py", "").map(each => each.path)).toEqual(files);
});

test("the longest common tail finds what no mapping names", () => {
  expect(find(createMapper(), "/app/shop/orders.py")).toEqual(["/ws/shop/orders.py"]);
  expect(find(createMapper(), "D:\\Build\\SHOP\\Orders.py")).toEqual(["/ws/shop/orders.py"]);
  expect(find(createMapper(), "webpack://web/./src/cart.ts")).toEqual(["/ws/web/src/cart.ts"]);
  expect(find(createMapper(), "com/shop/Orders.java")).toEqual(["/ws/java/com/shop/Orders.java"]);
});

test("a name alone is no proof, unless the file lies at the root", () => {
  expect(find(createMapper(), "/app/utils.py")).toEqual([
    "/ws/shop/utils.py?",
    "/ws/admin/utils.py?",
  ]);
  expect(find(createMapper(), "/app/orders.py")).toEqual(["/ws/shop/orders.py?"]);
  expect(find(createMapper(), "/app/main.py")).toEqual(["/ws/main.py"]);
  expect(find(createMapper(), "/app/absent.py")).toEqual([]);
});

test("mappings of the settings decide, the most specific first", () => {
  const mappings = [
    { localRoot: "${workspaceFolder}", remoteRoot: "/app" },
    { localRoot: "${workspaceFolder}/admin", remoteRoot: "/app/lib" },
    { localRoot: "${workspaceFolder:ws}/shop", remoteRoot: "C:\\Shop" },
  ];
  expect(find(createMapper(mappings), "/app/lib/utils.py")[0]).toBe("/ws/admin/utils.py");
  expect(find(createMapper(mappings), "c:/shop/utils.py")[0]).toBe("/ws/shop/utils.py");
  // A root is whole segments.
  expect(
    find(createMapper([{ localRoot: "/ws/admin", remoteRoot: "/ap" }]), "/app/utils.py")[0],
  ).toBe("/ws/shop/utils.py?");
});

test("what was found once tells files of the same root apart", () => {
  const learned = new LearnedMappings();
  const list = [...files, "/ws/other/main.py"];
  expect(find(createMapper([], learned, list), "/srv/main.py", "shop")).toEqual([
    "/ws/main.py?",
    "/ws/other/main.py?",
  ]);
  expect(find(createMapper([], learned, list), "/srv/web/src/cart.ts", "shop")).toEqual([
    "/ws/web/src/cart.ts",
  ]);
  expect(find(createMapper([], learned, list), "/srv/main.py", "shop")[0]).toBe("/ws/main.py");
  // Another service's container has a /srv of its own.
  expect(find(createMapper([], learned, list), "/srv/main.py", "mail")[0]).toBe("/ws/main.py?");
});

test("a choice of the user is learned too", () => {
  const learned = new LearnedMappings();
  learned.learn("shop", "/app/utils.py", "/ws/admin/utils.py");
  expect(find(createMapper([], learned), "/app/utils.py", "shop")[0]).toBe("/ws/admin/utils.py");
});

test.each([
  "/usr/lib/python3.11/threading.py",
  "/app/.venv/lib/python3.11/site-packages/funboost/consumers/base_consumer.py",
  "C:\\app\\node_modules\\express\\index.js",
  "/root/go/pkg/mod/github.com/x/y@v1/z.go",
  "/usr/local/go/src/runtime/panic.go",
  "/rustc/59807616e1fa/library/core/src/panicking.rs",
])("%s is a library's", path => {
  expect(isLibraryPath(path)).toBe(true);
  expect(createMapper().findFiles(path, "")).toEqual([]);
});

test("no file of one's own is taken for a library's", () => {
  for (const path of [
    "/ws/lib/orders.py",
    "/usr/src/app/main.py",
    "/ws/packages/core/a.ts",
    "/home/me/go/src/a.go",
  ]) {
    expect(isLibraryPath(path)).toBe(false);
  }
});

test("a workspace below a folder of installed code has files of its own", () => {
  const mapper = new PathMapper({
    folders: [{ name: "shop", path: "/home/me/gems/shop" }],
    mappings: [],
    files: ["/home/me/gems/shop/lib/orders.rb"],
    learned: new LearnedMappings(),
  });
  expect(mapper.findFiles("/home/me/gems/shop/lib/orders.rb", "")).toMatchObject([
    { isListed: true, isSure: true, isLibrary: false },
  ]);
  expect(mapper.findFiles("/home/me/gems/rack/lib/orders.rb", "")).toEqual([]);
});

test("mappings of debuggers are read from launch.json, with comments and trailing commas", () => {
  const text = `{
    // Attach to the container.
    "configurations": [
      { "type": "debugpy", "pathMappings": [{ "localRoot": "\${workspaceFolder}", "remoteRoot": "/app" },], },
      { "type": "node", "localRoot": "\${workspaceFolder}/web", "remoteRoot": "/usr/src//web" /* as built */ },
      { "type": "php", "pathMappings": { "/var/www": "\${workspaceFolder}/php" } },
      { "type": "ruby_lsp", "localfsMap": "/srv:/ws/rb" },
      { "type": "go", "substitutePath": [{ "from": "\${workspaceFolder}", "to": "/go/src/app" }] },
      { "type": "node", "localRoot": "a", "remoteRoot": "\${env:ROOT}" },
    ],
  }`;
  expect(readLaunchMappings(text)).toEqual([
    { localRoot: "${workspaceFolder}", remoteRoot: "/app" },
    { localRoot: "${workspaceFolder}/web", remoteRoot: "/usr/src//web" },
    { localRoot: "${workspaceFolder}/php", remoteRoot: "/var/www" },
    { localRoot: "/ws/rb", remoteRoot: "/srv" },
    { localRoot: "${workspaceFolder}", remoteRoot: "/go/src/app" },
  ]);
  expect(readLaunchMappings("{ half typed")).toEqual([]);
});

test("what nobody writes into launch.json holds nothing up and throws nothing", () => {
  const good = '{ "localRoot": "/ws", "remoteRoot": "/app" }';
  const found = [{ localRoot: "/ws", remoteRoot: "/app" }];
  // Each of them took time with the square of its length, or the whole stack.
  expect(readLaunchMappings(`{ "a": "${String.raw`\"`.repeat(50_000)}`)).toEqual([]);
  expect(readLaunchMappings('"\\'.repeat(100_000))).toEqual([]);
  expect(readLaunchMappings(`[${good}, "${"\\\\".repeat(60_000)}`)).toEqual(found);
  expect(readLaunchMappings(`[${good}${",\n ".repeat(80_000)}`)).toEqual(found);
  expect(readLaunchMappings(`[${good}/*${"/*".repeat(100_000)}`)).toEqual(found);
  expect(readLaunchMappings("[".repeat(200_000))).toEqual([]);
  expect(readLaunchMappings('{"a":'.repeat(40_000))).toEqual([]);
  expect(readLaunchMappings(`[${good}]${" ".repeat(300_000)}`)).toEqual([]);
  expect(readLaunchMappings(`[${good}, { half`)).toEqual(found);
  const many = Array.from({ length: 3_000 }, (_, index) => good.replace("ws", `w${index}`));
  expect(readLaunchMappings(`[${many.join()}]`)).toHaveLength(1_000);
});

test("a root that is no path is passed over", () => {
  const localRoot = "${workspaceFolder:".repeat(20_000);
  expect(find(createMapper([{ localRoot, remoteRoot: "/nowhere" }]), "/nowhere/x.py")).toEqual([]);
});

test("what is no mapping in the settings is passed over, and the others count", () => {
  const mapping = { localRoot: "/ws", remoteRoot: "/app" };
  expect(listPathMappings([null, 3, { localRoot: 1 }, mapping])).toEqual([mapping]);
  for (const value of [undefined, null, 5, "x", {}]) expect(listPathMappings(value)).toEqual([]);
});

test("what was compiled without a map is found by its source, and never for sure", () => {
  const mapper = new PathMapper({
    folders: [{ name: "ws", path: "/ws" }],
    mappings: [],
    files: ["/ws/api/src/orders/place.ts", "/ws/web/src/place.ts", "/ws/Store/Cart.cs"],
    learned: new LearnedMappings(),
  });
  expect(mapper.findFiles("/app/dist/orders/place.js", "api")).toEqual([
    { path: "/ws/api/src/orders/place.ts", isListed: true, isSure: false, isLibrary: false },
  ]);
  expect(mapper.findFiles("/_/Store/Cart.cs", "store")[0]).toMatchObject({
    path: "/ws/Store/Cart.cs",
    isListed: true,
  });
});

test("compose files and dev containers say what they mount where", () => {
  const compose = `services:
  api:
    volumes:
      - ./services/api:/app:ro
      - cache:/root/.cache
      - type: bind
        source: ../shared
        target: /shared
`;
  expect(readComposeMounts(compose, "/ws/deploy")).toEqual([
    { localRoot: "/ws/deploy/services/api", remoteRoot: "/app" },
    { localRoot: "/ws/shared", remoteRoot: "/shared" },
  ]);
  expect(
    readDevContainer('{ "workspaceFolder": "/workspaces/shop" }', "/ws/.devcontainer"),
  ).toEqual([{ localRoot: "/ws", remoteRoot: "/workspaces/shop" }]);
});

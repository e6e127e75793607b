/**
 * The door of `npm start`, `npm test` and `npm run bench`: makes a fresh clone able to run, then hands over to a script.
 *
 *     node test/harness/bootstrap.mjs test/harness/start.ts --port 8080
 *
 * Plain JavaScript for Node 18 and later with nothing installed: it must not import anything but Node itself.
 * It says what it does before doing it, and asks a person before it changes their system.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const binFolder = join(repoRoot, "node_modules/.bin");

/** What building and showing the VS Code server needs on Debian, and what the servers of the store tests need. */
const debianPackages = [
  "ca-certificates",
  "chromium",
  "fonts-dejavu-core",
  "g++",
  "git",
  "libkrb5-dev",
  "make",
  "python3",
  "python3-venv",
];
/** What the tests alone need: a tracer that no other registry has. */
const testPackages = ["ruby-jaeger-client"];
/** For what hangs: a slow mirror may take long. */
const aptDeadlineMs = 30 * 60_000;
const npmDeadlineMs = 30 * 60_000;
const orphanCheckMs = 500;

installDebianPackages();
installNodeModules();
handOver(process.argv.slice(2));

/** Missing system packages are not fatal: what needs them says so later, by name. */
function installDebianPackages() {
  if (!existsSync("/etc/debian_version")) {
    return;
  }
  const isTest = process.argv[2]?.endsWith("run.ts") === true;
  const needed = isTest ? [...debianPackages, ...testPackages] : debianPackages;
  const missing = needed.filter(name => !isDebianPackageInstalled(name));
  if (missing.length === 0) {
    return;
  }
  const names = missing.join(" ");
  if (process.getuid?.() !== 0) {
    say(`These Debian packages are missing: ${names}`);
    say(`To install them: sudo apt-get install --no-install-recommends ${names}`);
    return;
  }
  if (!mayInstall(names)) {
    say("Going on without them: what needs them says so by name.");
    return;
  }
  say(`Installing Debian packages: ${names}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "-q", "--no-install-recommends", ...missing];
  for (const args of [["update", "-q"], install]) {
    const done = spawnSync("apt-get", args, { env, encoding: "utf8", timeout: aptDeadlineMs });
    if (done.status !== 0) {
      say(`apt-get ${args[0]} failed; going on without.\n${lastLines(done.stdout, done.stderr)}`);
    }
  }
}

/** A build server has nobody to ask. */
function mayInstall(names) {
  if (process.env["CI"] || !process.stdin.isTTY || !process.stderr.isTTY) {
    return true;
  }
  process.stderr.write(`[traceside] Install these Debian packages: ${names}? [Y/n] `);
  const answer = Buffer.alloc(100);
  return !/^\s*n/i.test(answer.toString("utf8", 0, readSync(process.stdin.fd, answer)));
}

function isDebianPackageInstalled(name) {
  const asked = spawnSync("dpkg-query", ["-W", "-f", "${db:Status-Status}", name], {
    encoding: "utf8",
  });
  return asked.status === 0 && asked.stdout.trim() === "installed";
}

function installNodeModules() {
  const difference = differenceFromLock();
  if (difference === undefined) {
    return;
  }
  say(`Installing node modules (${difference})`);
  const args = ["ci", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const npm = npmCommand();
  const done = spawnSync(npm.file, [...npm.args, ...args], {
    cwd: repoRoot,
    env: { ...process.env, npm_config_update_notifier: "false" },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: npmDeadlineMs,
    shell: npm.shell,
  });
  if (done.status !== 0) {
    fail(`npm ci failed (${done.error?.message ?? `exit code ${done.status}`}).`);
  }
}

/**
 * Contents are compared, not file times: a checkout gives the lock file a new time without changing it, and
 * `npm ci` under a running editor would take its modules away for nothing.
 */
function differenceFromLock() {
  const installedPath = join(repoRoot, "node_modules/.package-lock.json");
  if (!existsSync(installedPath)) {
    return "there are none yet";
  }
  const locked = JSON.parse(readFileSync(join(repoRoot, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedPath, "utf8")).packages;
  for (const [path, wanted] of Object.entries(locked)) {
    const present = installed[path];
    if (path === "" || wanted.link || (present === undefined && mayBeAbsent(wanted))) {
      continue;
    }
    if (present?.version !== wanted.version) {
      return `${path} should be ${wanted.version}, is ${present?.version ?? "missing"}`;
    }
  }
  return undefined;
}

/** npm leaves out what is optional and made for another system. */
function mayBeAbsent(locked) {
  return locked.optional === true || locked.devOptional === true || locked.peer === true;
}

/** npm as it was called, so that a Node with its own npm keeps using that one. */
function npmCommand() {
  const script = process.env["npm_execpath"];
  if (script?.endsWith("npm-cli.js") && existsSync(script)) {
    return { file: process.execPath, args: [script], shell: false };
  }
  return { file: "npm", args: [], shell: process.platform === "win32" };
}

function handOver([script, ...args]) {
  if (script === undefined) {
    fail("Usage: node test/harness/bootstrap.mjs SCRIPT.ts [ARGUMENT...]");
  }
  const child = spawn(findNode(), [resolve(repoRoot, script), ...args], {
    cwd: repoRoot,
    env: { ...process.env, PATH: `${binFolder}${delimiter}${process.env.PATH ?? ""}` },
    stdio: "inherit",
  });
  // The child ends by itself on these; this process only has to live long enough to pass its exit code on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  }
  // npm starts us by a shell, which dies of a signal that npm passes on, and passes on nothing.
  if (process.env["npm_lifecycle_event"] !== undefined) {
    const shell = process.ppid;
    setInterval(() => process.ppid !== shell && child.kill("SIGTERM"), orphanCheckMs).unref();
  }
  child.on("error", error => fail(error.message));
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
}

/** The scripts are TypeScript that Node runs itself, which is on by default since 22.18 and 23.6. */
function findNode() {
  const bundled = join(binFolder, "node");
  if (existsSync(bundled)) {
    return bundled;
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)) {
    return process.execPath;
  }
  return fail(
    `Node ${process.versions.node} cannot run TypeScript. Install Node 24 (or 22.18 or later) and try again.`,
  );
}

function lastLines(...outputs) {
  return outputs.join("\n").trim().split("\n").slice(-15).join("\n");
}

function say(text) {
  console.error(`[traceside] ${text}`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

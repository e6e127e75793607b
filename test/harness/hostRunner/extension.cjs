/**
 * Runs the bundled suites with mocha inside of the extension host and writes what came of it. Where VS Code is a
 * server this is an extension that starts with the window; in a desktop VS Code it is the module of test files.
 * Everything it needs to know is in suite.json beside it.
 */
const fs = require("node:fs");
const path = require("node:path");

exports.activate = () => {
  // Not awaited: tests that activate other extensions must not wait for this one.
  void exports.run().catch(() => undefined);
};

exports.run = async () => {
  const suite = JSON.parse(fs.readFileSync(path.join(__dirname, "suite.json"), "utf8"));
  Object.assign(process.env, suite.env);
  const results = { passed: 0, failures: [], notRun: [] };
  try {
    await runMocha(suite, results);
  } catch (error) {
    results.failures.push({ name: "loading the suites", message: String(error?.stack ?? error) });
  }
  // Renamed into place, so that a reader never sees half of it.
  fs.writeFileSync(`${suite.results}.partial`, JSON.stringify(results));
  fs.renameSync(`${suite.results}.partial`, suite.results);
  if (results.failures.length > 0) {
    throw new Error(`${results.failures.length} failed`);
  }
};

function runMocha(suite, results) {
  const Mocha = require(suite.mocha);
  // Bounds a hang; a machine may be busy.
  const mocha = new Mocha({ ui: "bdd", timeout: 180_000, reporter: function Silent() {} });
  for (const file of suite.files) {
    mocha.addFile(path.join(__dirname, file));
  }
  return new Promise(resolve => {
    mocha
      .run(() => resolve())
      .on("pass", () => {
        results.passed += 1;
      })
      .on("pending", test => {
        const name = test.fullTitle();
        if (test.skipReason !== undefined) results.notRun.push({ name, reason: test.skipReason });
        else results.failures.push({ name, message: "It was skipped without a reason." });
      })
      .on("fail", (test, error) => {
        results.failures.push({ name: test.fullTitle(), message: error.stack ?? String(error) });
      });
  });
}

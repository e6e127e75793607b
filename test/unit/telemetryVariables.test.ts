/** The variables that a debug session gets, and those that it keeps. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugConfiguration } from "vscode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addVariables, listVariables } from "../../src/features/telemetryEnvironment/variables.ts";

const variables = listVariables(4318, {}, false);
const all = Object.keys(variables);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "traceside-variables-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function launch(type: string, rest: object = {}): DebugConfiguration {
  return { type, name: "x", request: "launch", ...rest };
}

test("traces and logs go here, metrics nowhere, unless they go somewhere already", () => {
  expect(variables).toEqual({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "none",
  });
  const inherited = { OTEL_METRICS_EXPORTER: "prometheus" };
  expect(listVariables(4318, inherited, false)).not.toHaveProperty("OTEL_METRICS_EXPORTER");
});

test("coding agents are left out by endpoints for each signal alone", () => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, ...rest } = variables;
  expect(OTEL_EXPORTER_OTLP_ENDPOINT).toBeDefined();
  expect(listVariables(4318, {}, true)).toEqual({
    ...rest,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces",
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://127.0.0.1:4318/v1/logs",
  });
});

describe("a debug session", () => {
  test.each(["debugpy", "python", "node", "pwa-node", "go", "java", "coreclr"])(
    "%s has them in `env`",
    async type => {
      expect((await addVariables(launch(type), variables))["env"]).toEqual(variables);
    },
  );

  test("cppdbg has them in its list", async () => {
    const own = { name: "OTEL_TRACES_EXPORTER", value: "console" };
    const given = await addVariables(launch("cppdbg", { environment: [own] }), variables);
    const list = given["environment"] as readonly { readonly name: string }[];
    expect(list).toContainEqual(own);
    expect(list.map(({ name }) => name).sort()).toEqual([...all].sort());
  });

  test("keeps what the user set", async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://far:4318", PATH: "/bin" };
    const given = await addVariables(launch("debugpy", { env }), variables);
    expect(given["env"]).toEqual({ ...variables, ...env });
  });

  test("keeps what stands in the user's file of variables", async () => {
    const envFile = join(folder, ".env");
    await writeFile(envFile, "# mine\nexport OTEL_TRACES_EXPORTER=console\nOTHER = 1\n");
    const given = await addVariables(launch("debugpy", { envFile }), variables);
    expect(given["env"]).not.toHaveProperty("OTEL_TRACES_EXPORTER");
    expect(given["env"]).toHaveProperty("OTEL_LOGS_EXPORTER");
    const without = await addVariables(launch("go", { envFile: join(folder, "none") }), variables);
    expect(without["env"]).toEqual(variables);
  });

  test.each([
    ["one that attaches", { type: "debugpy", name: "x", request: "attach" }],
    ["a browser", launch("chrome")],
    ["another editor", launch("extensionHost")],
  ])("%s is left alone", async (_, configuration) => {
    expect(await addVariables(configuration, variables)).toEqual(configuration);
  });

  test("nothing is added while the switch is off", async () => {
    const configuration = launch("debugpy");
    expect(await addVariables(configuration, undefined)).toBe(configuration);
  });
});

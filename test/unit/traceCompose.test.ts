/** Compose files as people write them, and what the override adds to their services. */

import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  readComposeServices,
  UnreadableCompose,
  writeOverride,
} from "../../src/features/traceCompose/composeFile.ts";

const file = `
x-common: &common
  environment:
    - LOG_LEVEL=debug
    - OTEL_SERVICE_NAME=orders-api
services:
  api:
    <<: *common
    build: { context: ./api, dockerfile: Dockerfile.dev }
  worker:
    build: ./worker
    environment:
      QUEUE: orders
  db:
    image: postgres:17
  agent:
    image: "example/agent"
    network_mode: host
volumes:
  data:
`;

describe("services of a compose file", () => {
  it("are read with what they are made from and what they say already", () => {
    expect(readComposeServices(file)).toEqual([
      { name: "api", from: "./api", isBuilt: true, isNamed: true, isOnHost: false },
      { name: "worker", from: "./worker", isBuilt: true, isNamed: false, isOnHost: false },
      { name: "db", from: "postgres:17", isBuilt: false, isNamed: false, isOnHost: false },
      { name: "agent", from: "example/agent", isBuilt: false, isNamed: false, isOnHost: true },
    ]);
  });

  it.each(["", "version: '3'", "services:", "services: []", "- a list", "null"])(
    "are none in %j",
    text => {
      expect(readComposeServices(text)).toEqual([]);
    },
  );

  it.each([
    ["nesting without end", `services: ${"[".repeat(5_000)}`],
    ["what is no YAML", "services: {api: [}"],
    ["too much text", `services:\n${"  # comment\n".repeat(60_000)}`],
    [
      "aliases of aliases",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh".replaceAll(/./g, (key, at: number, all: string) => `${key}: &${key} [${`*${at === 0 ? "a" : all[at - 1]},`.repeat(9)}]\n`)}`,
    ],
  ])("refuse %s", (_what, text) => {
    expect(() => readComposeServices(text)).toThrow(UnreadableCompose);
  });
});

describe("the override", () => {
  const services = readComposeServices(file);
  const read = (needsToken: boolean) => {
    const text = writeOverride(services, { port: 14_318, needsToken, comment: "By a test." });
    return { text, ...(parse(text) as { services: Record<string, Override> }) };
  };
  interface Override {
    readonly environment: Readonly<Record<string, string>>;
    readonly extra_hosts?: readonly string[];
  }

  it("leads each service to the collector, by the name that containers have for it", () => {
    const { api, worker, agent } = read(false).services;
    expect(worker?.environment["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe(
      "http://host.docker.internal:14318",
    );
    expect(worker?.extra_hosts).toEqual(["host.docker.internal:host-gateway"]);
    expect(worker?.environment["OTEL_SERVICE_NAME"]).toBe("worker");
    expect(api?.environment).not.toHaveProperty("OTEL_SERVICE_NAME");
    expect(agent?.environment["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe("http://127.0.0.1:14318");
    expect(agent).not.toHaveProperty("extra_hosts");
    expect(Object.keys(worker?.environment ?? {})).not.toContain("OTEL_EXPORTER_OTLP_HEADERS");
    // Compose takes texts alone.
    for (const value of Object.values(worker?.environment ?? {})) {
      expect(value).toBeTypeOf("string");
    }
  });

  it("names the token's variable, which has the token, where one is needed", () => {
    const { text, services: written } = read(true);
    expect(written["worker"]?.environment["OTEL_EXPORTER_OTLP_HEADERS"]).toBe(
      "x-traceside-token=${TRACESIDE_TOKEN:?}",
    );
    expect(written["agent"]?.environment).not.toHaveProperty("OTEL_EXPORTER_OTLP_HEADERS");
    expect(text).toMatch(/^# By a test\.$/m);
  });
});

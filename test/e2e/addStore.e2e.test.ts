/**
 * Add Trace Store against real tracing servers: at the address that they are at, at wrong ones, behind a gateway that
 * wants a password or a key, and behind one whose certificate nobody knows. What was asked for in secret stays so.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, type TestContext } from "vitest";
import type { FaultyServer } from "../contract/faultyServer.ts";
import { createCertificate } from "../contract/ownAuthority.ts";
import { findFreePort, waitFor } from "../harness/processes.ts";
import type { PeerUnavailable } from "../peers/cache.ts";
import { startJaeger, type JaegerPeer } from "../peers/jaeger.ts";
import { startSkywalking, type SkywalkingPeer } from "../peers/skywalking.ts";
import { startTempo, type TempoPeer } from "../peers/tempo.ts";
import { startZipkin, type ZipkinPeer } from "../peers/zipkin.ts";
import type { Session } from "./driver/session.ts";
import type { ThemeKind, Workbench } from "./driver/workbench.ts";
import { startGuard, startSecure } from "./support/gateways.ts";
import { openShop } from "./support/shopSession.ts";
import { StoreWizard } from "./support/storeWizard.ts";
import { TracePanel } from "./support/tracePanel.ts";

type Servers = {
  readonly jaeger: JaegerPeer | PeerUnavailable;
  readonly zipkin: ZipkinPeer | PeerUnavailable;
  readonly tempo: TempoPeer | PeerUnavailable;
  readonly skywalking: SkywalkingPeer | PeerUnavailable;
};

const jaegerTrace = "5ec0ad0000000000000000000000a001";
const zipkinTrace = "5ec0ad0000000000000000000000a002";
const username = "reader";
const password = "s3cr#t-päss";
const wrongPassword = "n0t-the-w0rd";
const key = "k3y-of-the-h0use";
const themes: readonly ThemeKind[] = ["light", "dark"];

let servers: Servers;
let session: Session;
let workbench: Workbench;
let wizard: StoreWizard;
const gateways: FaultyServer[] = [];
const home = await mkdtemp(join(tmpdir(), "traceside-authority-"));

beforeAll(async () => {
  // Those that must be built or fetched first take minutes, once.
  const [jaeger, zipkin, tempo, skywalking] = await Promise.all([
    startJaeger({ basePath: "/tracing" }),
    startZipkin(),
    startTempo(),
    startSkywalking(),
  ]);
  servers = { jaeger, zipkin, tempo, skywalking };
  if (jaeger.kind === "peer") await sendOtlp(jaeger.otlpUrl);
  if (zipkin.kind === "peer") await sendZipkin(zipkin.url);
  session = await openShop({ width: 1400, height: 900 });
  ({ workbench } = session);
  wizard = new StoreWizard(session);
}, 900_000);

afterAll(async () => {
  await session.close();
  await Promise.all(gateways.map(gateway => gateway.stop()));
  for (const peer of Object.values(servers)) if (peer.kind === "peer") await peer.stop();
  await rm(home, { recursive: true, force: true });
});

beforeEach(async () => {
  await workbench.runCommand("View: Close All Editors");
  await workbench.setSettings({ "traceside.stores": undefined });
});

/** The server, or the test is passed over by name. */
function need<K extends keyof Servers>(context: TestContext, product: K) {
  const peer = servers[product];
  if (peer.kind === "unavailable") return context.skip(`${peer.name}: ${peer.reason}`);
  return peer as Exclude<Servers[K], PeerUnavailable>;
}

async function sendOtlp(url: string): Promise<void> {
  const startNs = BigInt(Date.now() - 1_000) * 1_000_000n;
  const span = {
    traceId: jaegerTrace,
    spanId: "00000000000000a1",
    name: "weigh",
    kind: 2,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + 40_000_000n),
  };
  const service = { key: "service.name", value: { stringValue: "scales" } };
  await post(`${url}/v1/traces`, {
    resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans: [span] }] }],
  });
}

async function sendZipkin(url: string): Promise<void> {
  const localEndpoint = { serviceName: "scales" };
  const timestamp = (Date.now() - 1_000) * 1_000;
  const span = { traceId: zipkinTrace, id: "00000000000000a2", name: "tare", localEndpoint };
  await post(`${url}/api/v2/spans`, [{ ...span, timestamp, duration: 40_000 }]);
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.ok, url).toBe(true);
}

async function openTrace(traceId: string, name: string, store: string): Promise<void> {
  await workbench.runCommand("Traceside: Open Trace by ID…");
  await workbench.typeInInput(traceId);
  const panel = await TracePanel.find(workbench, name);
  await panel.waitForRows(1);
  expect(await panel.readText()).toContain(store);
}

async function takePictures(name: string): Promise<void> {
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`addStore-${name}-${theme}.png`);
  }
}

test("a Jaeger is connected at its own address, and asked for its trace", async context => {
  const jaeger = need(context, "jaeger");
  expect(await wizard.start("Jaeger")).toBe("http://127.0.0.1:16686");
  await takePictures("address");
  expect(await wizard.answer(jaeger.url)).toBe("jaeger");
  expect(await wizard.waitUntilConnected("jaeger")).toMatch(/Jaeger.*API v3.*scales/);
  expect(await wizard.readStores()).toEqual([{ kind: "jaeger", name: "jaeger", url: jaeger.url }]);
  await openTrace(jaegerTrace, "weigh", "jaeger");
  await workbench.screenshot("addStore-connected.png");
});

test("a Zipkin is connected at its own address", async context => {
  const zipkin = need(context, "zipkin");
  expect(await wizard.start("Zipkin")).toBe("http://127.0.0.1:9411");
  await wizard.answer(zipkin.url, "team zipkin");
  expect(await wizard.waitUntilConnected("team zipkin")).toContain("Zipkin");
  await openTrace(zipkinTrace, "tare", "team zipkin");
});

test("a Tempo is connected at its own address", async context => {
  const tempo = need(context, "tempo");
  expect(await wizard.start("Tempo")).toBe("http://127.0.0.1:3200");
  await wizard.answer(tempo.url);
  expect(await wizard.waitUntilConnected("tempo")).toContain("Tempo");
});

test("a SkyWalking is connected at its own address", async context => {
  const skywalking = need(context, "skywalking");
  expect(await wizard.start("SkyWalking")).toBe("http://127.0.0.1:12800");
  await wizard.answer(skywalking.url);
  expect(await wizard.waitUntilConnected("skywalking")).toContain("SkyWalking");
});

test("a Zipkin that was taken for a Jaeger is offered as what it is, under its own name", async context => {
  const zipkin = need(context, "zipkin");
  await wizard.start("Jaeger");
  await wizard.answer(zipkin.url);
  const question = await wizard.waitFor("Use It as Zipkin");
  expect(question).toMatch(/jaeger is set up as Jaeger, but .* answers as Zipkin/);
  await takePictures("wrong-product");
  await workbench.pickItem("Use It as Zipkin");
  await wizard.waitUntilConnected("zipkin");
  const [store] = await wizard.readStores();
  expect(store).toMatchObject({ kind: "zipkin", name: "zipkin" });
  await openTrace(zipkinTrace, "tare", "zipkin");
});

test("a Jaeger below a path is found below it", async context => {
  const jaeger = need(context, "jaeger");
  const bare = new URL(jaeger.url).origin;
  await wizard.start("Jaeger");
  // As it is copied from a browser.
  await wizard.answer(`${jaeger.url}/search?service=scales`, "tracing");
  await wizard.waitFor("Use It as Jaeger");
  await workbench.pickItem("Use It as Jaeger");
  await wizard.waitUntilConnected("tracing");
  const [store] = await wizard.readStores();
  expect(store).toMatchObject({ kind: "jaeger", name: "tracing", url: `${bare}/tracing` });
});

test("at a port where nobody is the address is asked for again, as it was typed", async context => {
  const zipkin = need(context, "zipkin");
  const nobody = `http://127.0.0.1:${await findFreePort()}`;
  await wizard.start("Zipkin");
  await wizard.answer(nobody, "our own");
  expect(await wizard.waitFor("Change Address…")).toContain("Cannot reach our own");
  await takePictures("wrong-port");
  await workbench.pickItem("Change Address…");
  await wizard.waitFor("(2/3)");
  expect(await wizard.readValue()).toBe(nobody);
  expect(await wizard.answer(zipkin.url)).toBe("our own");
  await wizard.waitUntilConnected("our own");
  expect(await wizard.readStores()).toHaveLength(1);
});

test("a password that is refused is asked for again, and kept where secrets are", async context => {
  const jaeger = need(context, "jaeger");
  const guard = await startGuard(new URL(jaeger.url).origin, { kind: "basic", username, password });
  gateways.push(guard);
  await wizard.start("Jaeger");
  const typed = guard.url.replace("://", `://${username}:${wrongPassword}@`);
  await wizard.answer(`${typed}/tracing`, "guarded");
  expect(await wizard.waitFor("Set Credentials…")).toContain("guarded refused the credentials");
  await takePictures("refused");
  await workbench.pickItem("Set Credentials…");
  await wizard.waitFor("Credentials of guarded");
  await takePictures("credentials");
  await workbench.pickItem("User name and password");
  await wizard.waitFor("(1/2)");
  await workbench.typeInInput(username);
  await wizard.waitFor("(2/2)");
  await workbench.typeInInput(password);
  await wizard.waitUntilConnected("guarded");
  expect(await wizard.readStores()).toEqual([
    { kind: "jaeger", name: "guarded", url: `${guard.url}/tracing`, auth: "basic" },
  ]);
  await openTrace(jaegerTrace, "weigh", "guarded");
  // Another window of the same user knows it too: it is in the editor's keeping, not in this window's memory.
  await workbench.reloadWindow();
  await workbench.runCommand("View: Close All Editors");
  await openTrace(jaegerTrace, "weigh", "guarded");
});

test("a key in a header of its own opens too", async context => {
  const zipkin = need(context, "zipkin");
  const guard = await startGuard(zipkin.url, { kind: "header", header: "X-Team-Key", key });
  gateways.push(guard);
  await wizard.start("Zipkin");
  await wizard.answer(guard.url, "keyed");
  await wizard.waitFor("Set Credentials…");
  await workbench.pickItem("Set Credentials…");
  await workbench.pickItem("Key in a header of its own");
  await wizard.waitFor("The name of the header");
  await workbench.typeInInput("X-Team-Key");
  await wizard.waitFor("Key in a header of its own");
  await workbench.typeInInput(key);
  await wizard.waitUntilConnected("keyed");
  expect(await wizard.readStores()).toEqual([
    { kind: "zipkin", name: "keyed", url: guard.url, auth: "header", authHeader: "X-Team-Key" },
  ]);
  await openTrace(zipkinTrace, "tare", "keyed");
});

test("an authority of one's own is trusted when its file is named", async context => {
  const zipkin = need(context, "zipkin");
  const made = await createCertificate(home);
  if (!made.ok) return context.skip(`openssl: ${made.reason}`);
  const secure = await startSecure(zipkin.url, home);
  gateways.push(secure);
  await wizard.start("Zipkin");
  await wizard.answer(secure.url, "secure");
  expect(await wizard.waitFor("Trust a Certificate…")).toMatch(/certificate is not trusted/);
  await takePictures("certificate");
  await workbench.pickItem("Trust a Certificate…");
  await waitFor("the dialog for a file", 60_000, async () =>
    (await wizard.readValue().catch(() => "")).startsWith("/") ? true : undefined,
  );
  // The dialog lists the workspace first, and may write its folder before what is typed meanwhile.
  const folder = `${home}/`;
  await waitFor("the folder to be typed", 60_000, async () => {
    await workbench.typeInInput(folder, { accept: false });
    await workbench.page.waitForTimeout(500);
    return (await wizard.readValue()) === folder ? true : undefined;
  });
  await workbench.pickItem("ca.pem");
  await wizard.waitUntilConnected("secure");
  const [store] = await wizard.readStores();
  expect(store).toMatchObject({ kind: "zipkin", name: "secure", caFile: join(home, "ca.pem") });
  await openTrace(zipkinTrace, "tare", "secure");
});

test("who gives up leaves nothing behind", async context => {
  const jaeger = need(context, "jaeger");
  const guard = await startGuard(jaeger.url, { kind: "basic", username, password });
  gateways.push(guard);
  await wizard.start("Jaeger");
  await wizard.answer(guard.url.replace("://", `://${username}:${wrongPassword}@`), "given up");
  await wizard.waitFor("Set Credentials…");
  await wizard.giveUp();
  expect(await wizard.readStores()).toEqual([]);
  // The same store without a word of credentials: none are sent.
  await wizard.start("Jaeger");
  await wizard.answer(guard.url, "given up");
  await wizard.waitFor("Set Credentials…");
  expect(guard.asked.at(-1)?.headers.authorization).toBeUndefined();
  await wizard.giveUp();
});

test("no secret stands in a setting, a log or the workspace", async () => {
  const written = await wizard.readAllWritten();
  const secrets = [password, wrongPassword, key].flatMap(each => [
    each,
    encodeURIComponent(each),
    Buffer.from(each, "utf8").toString("latin1"),
    Buffer.from(`${username}:${each}`, "utf8").toString("base64"),
  ]);
  for (const secret of secrets) expect(written.includes(secret), secret).toBe(false);
  expect(written).toContain("traceside");
});

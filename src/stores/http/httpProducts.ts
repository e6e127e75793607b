/**
 * Which product answers at an address, told by questions that only it knows the answer to. Cheap: a few small requests,
 * side by side.
 */

import { isObject } from "../../formats/values/jsonObject.ts";
import { getFailure, TraceError, type ProductKind } from "../../model/failure.ts";
import type { HttpClient, HttpQuestion } from "./httpClient.ts";

export interface Recognised {
  readonly product: ProductKind;
  /** Where its base path is. */
  readonly url: string;
}

interface Probe {
  readonly product: ProductKind;
  readonly question: HttpQuestion;
  readonly isMine: (value: unknown) => boolean;
}

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every(each => typeof each === "string");

/** A Jaeger without any service has no list, or `null`. */
const isNamesOrNone = (value: unknown): boolean =>
  value === undefined || value === null || isNames(value);

const probes: readonly Probe[] = [
  {
    product: "jaeger",
    question: { path: "/api/v3/services" },
    isMine: value =>
      isObject(value) &&
      isNamesOrNone(value["services"]) &&
      Object.keys(value).every(key => key === "services"),
  },
  {
    product: "jaeger",
    question: { path: "/api/services" },
    isMine: value =>
      isObject(value) && isNamesOrNone(value["data"]) && "total" in value && "errors" in value,
  },
  { product: "zipkin", question: { path: "/api/v2/services" }, isMine: isNames },
  {
    product: "tempo",
    question: { path: "/api/search/tags" },
    isMine: value => isObject(value) && "tagNames" in value,
  },
  {
    product: "skywalking",
    question: { path: "/graphql", body: { query: "{ version }" } },
    isMine: value =>
      isObject(value) && isObject(value["data"]) && typeof value["data"]["version"] === "string",
  },
];

/** Base paths that products have by default, below the address that people know. */
const USUAL_PATHS = ["", "/zipkin", "/jaeger"];
const MAX_PARENTS = 3;
const MAX_PROBE_BYTES = 4 * 1024 * 1024;

/**
 * Looks at the client's own base path, then at the paths above it, for an address that was copied from a browser, and
 * at the usual ones. `undefined` where nothing is recognised.
 */
export async function recogniseProduct(
  client: HttpClient,
  signal: AbortSignal,
): Promise<Recognised | undefined> {
  for (const path of listPaths(client.basePath)) {
    const product = await probe(client, path, signal);
    if (product !== undefined) return { product, url: client.originUrl + path };
  }
  return undefined;
}

/**
 * For a server that does not answer as the product that it should be: rejects with what it is, where that can be told,
 * else with the failure that it began with.
 */
export async function rejectAsOther(
  client: HttpClient,
  expected: ProductKind,
  cause: unknown,
  signal: AbortSignal,
): Promise<never> {
  const failure = getFailure(cause);
  // Whoever cannot be reached or does not let us in cannot be recognised either.
  const isSpeaking = failure?.code === "storeRefused" || failure?.code === "storeSentPage";
  const found = isSpeaking ? await recogniseProduct(client, signal) : undefined;
  const { store, address } = client;
  // It is what it should be, where it should be: it only does not like the question.
  const isExpected = found?.product === expected && found.url === address;
  if (found === undefined || isExpected) throw cause;
  throw new TraceError(
    {
      code: "wrongProduct",
      store,
      address,
      expected,
      found: found.product,
      foundUrl: found.url,
    },
    { cause },
  );
}

async function probe(
  client: HttpClient,
  path: string,
  signal: AbortSignal,
): Promise<ProductKind | undefined> {
  const found = await Promise.all(
    probes.map(async ({ question, isMine, product }) => {
      try {
        const answer = await client.askJson(
          { ...question, base: path, maxBytes: MAX_PROBE_BYTES },
          signal,
        );
        return isMine(answer.values[0]) ? product : undefined;
      } catch (error) {
        // Any expected failure means "not this one"; an abort and a bug do not.
        if (getFailure(error) === undefined) throw error;
        return undefined;
      }
    }),
  );
  return found.find(each => each !== undefined);
}

/** `/a/search` → `/a/search`, `/a`, ``, and the usual ones. */
function listPaths(basePath: string): readonly string[] {
  const parts = basePath.split("/").filter(part => part !== "");
  const parents = Array.from({ length: parts.length + 1 }, (_, dropped) =>
    parts
      .slice(0, parts.length - dropped)
      .map(part => `/${part}`)
      .join(""),
  );
  return [...new Set([...parents.slice(0, MAX_PARENTS), ...USUAL_PATHS])];
}

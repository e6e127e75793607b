/**
 * Makes ordinary traces of requests, task queues and jobs, and plants one fault of known place into some of them. The
 * same seed gives the same traces. Ordinary traces hold what looks like a fault and is none: loops that are made side by
 * side, a few calls in a row, one quick retry, short waits, many calls that take no time.
 */

import { SpanKind, SpanStatus, type SpanInput } from "../../src/model/span.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import type { AnswerCode } from "../../src/analysis/answers/answer.ts";
import { makeRandom } from "./makeTrace.ts";

export const faults = [
  "repeatedCalls",
  "retries",
  "queueWait",
  "serialCalls",
  "lostContext",
  "slowStart",
  "failure",
] as const satisfies readonly AnswerCode[];
export type Fault = (typeof faults)[number];

export interface PlantedTrace {
  readonly trace: Trace;
  readonly fault: Fault | undefined;
  /** The ids of spans of which an answer to the fault must name one first or among its spans. */
  readonly places: readonly string[];
  /** What is true of the trace besides: a storm of retries is a failure too. */
  readonly alsoTrue: readonly AnswerCode[];
}

const START_UNIX_US = 1_767_225_600_000_000;

export function makePlantedTrace(seed: number, fault: Fault | undefined): PlantedTrace {
  const maker = new Maker(seed);
  maker.make(fault);
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  const trace = buildTrace(`planted${seed}`, [{ store: "made", spans: maker.spans, details }]);
  const { places, alsoTrue } = maker;
  return { trace, fault, places, alsoTrue };
}

interface Place {
  readonly id: string;
  readonly service: string;
}

interface Made {
  readonly name: string;
  readonly service?: string;
  readonly kind?: SpanKind;
  readonly startUs: number;
  readonly us: number;
  readonly isFailed?: boolean;
  readonly queue?: string;
  readonly queuedUs?: number;
}

class Maker {
  readonly spans: SpanInput[] = [];
  readonly places: string[] = [];
  readonly alsoTrue: AnswerCode[] = [];
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = makeRandom(seed);
  }

  make(fault: Fault | undefined): void {
    const form =
      fault === "queueWait" ? "tasks" : this.#pick(["request", "request", "tasks", "job"]);
    if (form === "tasks") this.#makeTasks(fault);
    else this.#makeRequest(form, fault);
  }

  #makeRequest(form: string, fault: Fault | undefined): void {
    const isJob = form === "job";
    const root = this.#reserve();
    const place: Place = { id: root, service: isJob ? "jobs" : "web" };
    let atUs = this.#between(500, 3_000);
    if (fault === "slowStart" && this.#chance(0.5)) {
      atUs = this.#between(150_000, 400_000);
      this.places.push(root);
      fault = undefined;
    }
    const steps = this.#between(2, 5);
    const plantAt = fault === undefined ? -1 : this.#between(0, steps - 1);
    let isFailed = false;
    for (let step = 0; step < steps; step += 1) {
      if (step === plantAt && fault !== undefined) {
        const planted = this.#plant(fault, place, atUs);
        atUs = planted.endUs;
        isFailed ||= planted.isFailed;
        if (planted.isFailed) break;
      } else {
        atUs = this.#makeStep(place, atUs);
      }
      atUs += this.#between(500, 6_000);
    }
    this.#fill(root, undefined, {
      name: isJob ? "nightly report" : this.#pick(["GET /orders", "POST /checkout", "GET /home"]),
      service: place.service,
      kind: isJob ? SpanKind.internal : SpanKind.server,
      startUs: 0,
      us: atUs + this.#between(200, 2_000),
      isFailed,
    });
  }

  /** An ordinary step; answers when it ends. */
  #makeStep(above: Place, startUs: number): number {
    switch (this.#between(0, 6)) {
      case 0:
        return this.#remote(above, this.#pick(SERVICES), startUs, this.#between(8_000, 40_000));
      case 1: {
        // Side by side, as many calls should be.
        let endUs = startUs;
        for (let i = this.#between(5, 14); i > 0; i -= 1) {
          const us = this.#between(8_000, 20_000);
          const at = startUs + this.#between(0, 2_000);
          this.#query(above, "SELECT price", at, us);
          endUs = Math.max(endUs, at + us);
        }
        return endUs;
      }
      case 2: {
        // A chain of two or three, of which each needs the one before.
        let atUs = startUs;
        for (let i = this.#between(2, 3); i > 0; i -= 1) {
          atUs = this.#remote(above, this.#pick(SERVICES), atUs, this.#between(5_000, 20_000));
          atUs += this.#between(100, 4_000);
        }
        return atUs;
      }
      case 3: {
        // Many, but of no weight.
        let atUs = startUs;
        for (let i = this.#between(6, 20); i > 0; i -= 1) {
          this.#query(above, "GET session", atUs, this.#between(20, 60));
          atUs += this.#between(60, 90);
        }
        return this.#remote(above, "search", atUs, this.#between(30_000, 80_000));
      }
      case 4: {
        // Tried once more, at once.
        const us = this.#between(200, 500);
        this.#add(above, { name: "GET /rates", kind: SpanKind.client, startUs, us });
        return this.#remote(above, "rates", startUs + us + 500, this.#between(20_000, 40_000));
      }
      case 5: {
        const us = this.#between(5_000, 30_000);
        const inner = this.#add(above, { name: "render", kind: SpanKind.internal, startUs, us });
        this.#query(inner, "SELECT template", startUs + us * 0.2, us * 0.3);
        return startUs + us;
      }
      default: {
        let atUs = startUs;
        for (let i = this.#between(2, 4); i > 0; i -= 1) {
          const us = this.#between(2_000, 9_000);
          this.#query(above, this.#pick(QUERIES), atUs, us);
          atUs += us + this.#between(1_000, 5_000);
        }
        return atUs;
      }
    }
  }

  #plant(
    fault: Fault,
    above: Place,
    startUs: number,
  ): { readonly endUs: number; readonly isFailed: boolean } {
    const done = (endUs: number, isFailed = false): { endUs: number; isFailed: boolean } => {
      return { endUs, isFailed };
    };
    switch (fault) {
      case "repeatedCalls": {
        const calls = this.#between(6, 40);
        const us = this.#between(120_000, 300_000) / calls;
        const isNested = this.#chance(0.4);
        this.#query(above, "SELECT orders", startUs, us);
        let atUs = startUs + us * 1.1;
        for (let i = 0; i < calls; i += 1) {
          const one = us * (0.6 + 0.8 * this.#random());
          const inner = isNested
            ? this.#add(above, {
                name: "load item",
                kind: SpanKind.internal,
                startUs: atUs,
                us: one * 1.1,
              })
            : above;
          this.places.push(this.#query(inner, "SELECT item", atUs + one * 0.02, one).id);
          atUs += one * 1.15;
        }
        return done(atUs);
      }
      case "retries": {
        const retries = this.#between(3, 7);
        const gaveUp = this.#chance(0.4);
        this.alsoTrue.push("failure");
        const service = this.#pick(SERVICES);
        let atUs = startUs;
        for (let i = 0; i <= retries; i += 1) {
          const isFailed = i < retries || gaveUp;
          const us = this.#between(8_000, 16_000);
          const call = this.#add(above, {
            name: `POST /${service}`,
            kind: SpanKind.client,
            startUs: atUs,
            us,
            isFailed,
          });
          this.places.push(call.id);
          if (this.#chance(0.5)) {
            this.#add(call, {
              name: `POST /${service}`,
              service,
              kind: SpanKind.server,
              startUs: atUs + us * 0.1,
              us: us * 0.8,
              isFailed,
            });
          }
          atUs += us + (i === retries ? 0 : 5_000 * 1.8 ** i);
        }
        return done(atUs, gaveUp);
      }
      case "serialCalls": {
        const services = this.#shuffle(SERVICES).slice(0, this.#between(4, 6));
        const usual = this.#between(40_000, 80_000);
        let atUs = startUs;
        for (const service of services) {
          const us = usual * (0.7 + 0.6 * this.#random());
          this.places.push(
            this.#add(above, { name: `GET /${service}`, kind: SpanKind.client, startUs: atUs, us })
              .id,
          );
          atUs += us + this.#between(20, 400);
        }
        return done(atUs);
      }
      case "lostContext": {
        const service = this.#pick(SERVICES);
        const us = this.#between(30_000, 90_000);
        const endUs = startUs + us;
        const at = { startUs: startUs + us * 0.05, us: us * 0.9 };
        const isDetached = this.#chance(0.5);
        const call: Made = { name: `POST /${service}`, kind: SpanKind.client, startUs, us };
        // The callee's parent is nobody, or a span that its sender lost.
        const lost: Place = { id: this.#reserve(), service };
        const caller = this.#add(above, call);
        const server = this.#add(isDetached ? undefined : lost, {
          name: `POST /${service}`,
          service,
          kind: isDetached ? SpanKind.server : SpanKind.internal,
          ...at,
        });
        this.#query(server, "SELECT stock", at.startUs + 500, at.us * 0.5);
        this.places.push(server.id, caller.id);
        return done(endUs);
      }
      case "slowStart": {
        const runs = this.#between(6, 12);
        const us = this.#between(3_000, 8_000);
        let atUs = startUs;
        for (let i = 0; i < runs; i += 1) {
          const own = i === 0 ? us * this.#between(15, 40) : us * (0.7 + 0.6 * this.#random());
          const inner = this.#add(above, {
            name: "handle",
            kind: SpanKind.internal,
            startUs: atUs,
            us: own,
          });
          if (i === 0) this.places.push(inner.id);
          atUs += own + this.#between(100, 2_000);
        }
        return done(atUs);
      }
      case "failure": {
        const depth = this.#between(0, 3);
        const isCaught = this.#chance(0.3);
        const us = this.#between(20_000, 60_000);
        let at = above;
        for (let i = 0; i <= depth; i += 1) {
          const isLeaf = i === depth;
          const isOuter = i === 0 && isCaught && depth > 0;
          at = this.#add(at, {
            name: isLeaf ? "SELECT account" : `step ${i}`,
            kind: isLeaf ? SpanKind.client : SpanKind.internal,
            startUs: startUs + i * 200,
            us: us - i * 500,
            isFailed: !isOuter,
          });
        }
        this.places.push(at.id);
        return done(startUs + us, !isCaught);
      }
      case "queueWait":
        throw new Error("a request has no queue");
    }
  }

  /** A task publishes others, which publish others; the fault is in the last of them. */
  #makeTasks(fault: Fault | undefined): void {
    const root = this.#reserve();
    const place: Place = { id: root, service: "orders" };
    let atUs = this.#between(1_000, 4_000);
    let isFailed = false;
    if (fault !== undefined && fault !== "queueWait" && fault !== "slowStart") {
      const planted = this.#plant(fault, place, atUs);
      atUs = planted.endUs;
      isFailed = planted.isFailed;
    } else if (fault === "slowStart") {
      atUs = this.#plant(fault, place, atUs).endUs;
    } else {
      atUs = this.#makeStep(place, atUs);
    }
    const publishedUs = atUs + 500;
    const workUs = this.#between(30_000, 80_000);
    const tasks = isFailed ? 0 : this.#between(2, 5);
    const isStarved = fault === "queueWait";
    const workers = isStarved && this.#chance(0.6) ? 1 : tasks;
    const idleUs = isStarved && workers > 1 ? this.#between(150_000, 400_000) : 0;
    for (let i = 0; i < tasks; i += 1) {
      const queuedUs = publishedUs + i * 300;
      const turn = Math.floor(i / workers) * (isStarved ? workUs * 2.2 : 0);
      const startUs = queuedUs + this.#between(500, 4_000) + turn + idleUs;
      const task = this.#add(place, {
        name: "send_mail",
        service: "mailer",
        kind: SpanKind.consumer,
        queue: "mails",
        queuedUs,
        startUs,
        us: workUs * (isStarved ? 2 : 1),
      });
      if (isStarved && startUs - queuedUs > workUs * 0.5) this.places.push(task.id);
      this.#query(task, "SELECT address", startUs + 500, workUs * 0.2);
    }
    this.#fill(root, undefined, {
      name: "place_order",
      service: "orders",
      kind: SpanKind.consumer,
      queue: "orders",
      queuedUs: -1_000,
      startUs: 0,
      us: publishedUs + tasks * 300 + 2_000,
      isFailed,
    });
  }

  #remote(above: Place, service: string, startUs: number, us: number): number {
    const name = `GET /${service}`;
    const client = this.#add(above, { name, kind: SpanKind.client, startUs, us });
    const server = this.#add(client, {
      name,
      service,
      kind: SpanKind.server,
      startUs: startUs + us * 0.05,
      us: us * 0.9,
    });
    this.#query(server, this.#pick(QUERIES), startUs + us * 0.2, us * 0.4);
    return startUs + us;
  }

  #query(above: Place, name: string, startUs: number, us: number): Place {
    return this.#add(above, { name, kind: SpanKind.client, startUs, us });
  }

  #add(above: Place | undefined, made: Made): Place {
    const id = this.#reserve();
    return this.#fill(id, above, made);
  }

  #fill(id: string, above: Place | undefined, made: Made): Place {
    const toNs = (us: number): bigint => BigInt(START_UNIX_US + Math.round(us)) * 1_000n;
    const service = made.service ?? above?.service ?? "web";
    this.spans.push({
      spanId: id,
      parentSpanId: above?.id,
      name: made.name,
      service,
      kind: made.kind,
      queue: made.queue,
      status: made.isFailed === true ? SpanStatus.error : SpanStatus.unset,
      startUnixNs: toNs(made.startUs),
      endUnixNs: toNs(made.startUs + Math.max(1, made.us)),
      queuedUnixNs: made.queuedUs === undefined ? undefined : toNs(made.queuedUs),
    });
    return { id, service };
  }

  #next = 0;
  #reserve(): string {
    this.#next += 1;
    return this.#next.toString(16).padStart(16, "0");
  }

  #between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #pick<T>(values: readonly [T, ...T[]]): T {
    return values[Math.floor(this.#random() * values.length)] ?? values[0];
  }

  #shuffle<T>(values: readonly T[]): T[] {
    return values
      .map(value => ({ value, order: this.#random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ value }) => value);
  }
}

const SERVICES = ["stock", "prices", "tax", "shipping", "credit", "profile", "ads"] as const;
const QUERIES = ["SELECT user", "SELECT cart", "UPDATE cart", "INSERT event"] as const;

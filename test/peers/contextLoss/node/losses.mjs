/** Work that is handed over without its trace, in one way each, and work that is handed over well. One way a run. */

import { setTimeout as delay } from "node:timers/promises";
import { context, trace } from "@opentelemetry/api";
import { continued, inject, shutdown, traced } from "./traceside.mjs";

const jobs = [];
const messages = [];

const sendReceipt = traced("sendReceipt", () => delay(20));
const writeInvoice = traced("writeInvoice", () => delay(10));

/** Takes what others hand over, in a loop of its own. */
async function work() {
  for (let i = 0; i < 40; i += 1) {
    await delay(5);
    await jobs.shift()?.();
    const message = messages.shift();
    if (message !== undefined) await continued(message.headers, "orders process", () => delay(5));
  }
}

const ways = {
  loseJob: traced("loseJob", async function loseJob() {
    jobs.push(() => sendReceipt(7));
    await delay(60);
  }),

  loseMessage: traced("loseMessage", async function loseMessage() {
    messages.push({ order: 7 });
    await delay(1);
  }),

  keepJob: traced("keepJob", async function keepJob() {
    jobs.push(context.bind(context.active(), () => sendReceipt(7)));
    await delay(60);
  }),

  keepMessage: traced("keepMessage", async function keepMessage() {
    messages.push({ order: 7, headers: inject() });
    await delay(1);
  }),

  keepTimer: traced("keepTimer", async function keepTimer() {
    const done = [];
    done.push(new Promise(resolve => setTimeout(() => resolve(writeInvoice(7)), 5)));
    await Promise.all(done);
  }),
};

const working = work();
await ways[process.argv[2]](trace);
await working;
await shutdown();

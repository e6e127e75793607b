/**
 * How the collector is, as plain data: what the status bar and the views show. Knows no editor, no socket and no words.
 */

import type { Cell } from "../base/cell.ts";

/** The receivers, in the order in which they are shown; each is a key of the setting `traceside.collector.ports`. */
export const receiverNames = [
  "otlpGrpc",
  "otlpHttp",
  "zipkin",
  "jaegerCompact",
  "jaegerBinary",
  "jaegerHttp",
  "skywalking",
  "xray",
] as const;
export type ReceiverName = (typeof receiverNames)[number];

/** 0: this receiver is off. */
export type CollectorPorts = Readonly<Record<ReceiverName, number>>;

export const defaultPorts: CollectorPorts = {
  otlpGrpc: 4317,
  otlpHttp: 4318,
  zipkin: 9411,
  jaegerCompact: 6831,
  jaegerBinary: 6832,
  jaegerHttp: 14268,
  skywalking: 11800,
  xray: 2000,
};

/** A program that holds a port, as far as the system tells. */
export interface PortOwner {
  readonly pid: number;
  /** `docker-proxy`, `jaeger-all-in-one`; absent where the system does not tell. */
  readonly program?: string;
}

export type ReceiverStatus =
  | { readonly kind: "off" }
  | { readonly kind: "listening" }
  /** Another program has it; tried again quietly until that one goes. */
  | { readonly kind: "portTaken"; readonly by?: PortOwner }
  | { readonly kind: "failed"; readonly reason: string };

export interface ReceiverState {
  readonly name: ReceiverName;
  /** 0 where it is off. */
  readonly port: number;
  readonly status: ReceiverStatus;
  /** Beyond loopback, where the user chose to. */
  readonly exposed?: readonly ExposedState[];
}

export interface ExposedState {
  /** An interface or an address, as the user wrote it. */
  readonly interface: string;
  readonly status: ReceiverStatus;
}

/** Why, in words, and by which receiver. */
export interface LastOfReceiver {
  readonly receiver: ReceiverName;
  readonly reason: string;
}

/** The counts of what came in since the collector started. */
export interface CollectorTraffic {
  /** Over the last seconds; 0 when quiet. */
  readonly spansPerSecond: number;
  readonly spans: number;
  readonly logs: number;
  /** Spans, log records and whole requests that could not be kept. */
  readonly rejected: number;
  readonly lastRejection?: LastOfReceiver;
  /** Notes on what is kept otherwise than it was sent. */
  readonly noted: number;
  readonly lastNote?: LastOfReceiver;
  /** Taken and not yet on disk. Where it grows without end, senders are told to come again later. */
  readonly waitingBytes: number;
}

export type CollectorPhase =
  /** Not wanted: never started, or stopped by the user for this window. */
  | { readonly kind: "stopped" }
  | { readonly kind: "starting" }
  /** This window owns the ports. */
  | { readonly kind: "receiving" }
  /** Another window owns them; this one takes over when it goes. What came in is in the same file. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "failed"; readonly reason: string };

export interface CollectorState {
  readonly phase: CollectorPhase;
  /** All of `receiverNames`. Those of the window that receives, where that is another. */
  readonly receivers: readonly ReceiverState[];
  readonly traffic: CollectorTraffic;
  /** The store cannot write, though senders are asked to come again: the disk is full, the file is read-only. */
  readonly storeTrouble?: string;
}

/** The part of the collector that features hold. */
export interface CollectorControl {
  /** A new value at most twice a second. */
  readonly state: Cell<CollectorState>;
  /** Settles when it receives, or when it is known why not; `state` says which. */
  start(): Promise<void>;
  /** For this window until it closes; another window then takes over. */
  stop(): Promise<void>;
}

export const quietTraffic: CollectorTraffic = {
  spansPerSecond: 0,
  spans: 0,
  logs: 0,
  rejected: 0,
  noted: 0,
  waitingBytes: 0,
};

export const stoppedState: CollectorState = {
  phase: { kind: "stopped" },
  receivers: receiverNames.map(name => ({ name, port: 0, status: { kind: "off" } })),
  traffic: quietTraffic,
};

/** Where OTLP over HTTP is taken on loopback, in this window or the one that has the ports; `undefined`: nowhere. */
export function findHttpPort({ phase, receivers }: CollectorState): number | undefined {
  if (phase.kind !== "receiving" && phase.kind !== "elsewhere") return undefined;
  const http = receivers.find(receiver => receiver.name === "otlpHttp");
  return http?.status.kind === "listening" ? http.port : undefined;
}

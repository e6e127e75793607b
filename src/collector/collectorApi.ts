/** The questions that the extension host and the collector's worker ask of each other. Types alone. */

import type { Exposure } from "./exposure.ts";
import type { CollectorPorts, CollectorState } from "./collectorState.ts";

export interface CollectorSettings {
  readonly ports: CollectorPorts;
  /** Where OTLP is received beyond loopback; absent: nowhere. */
  readonly exposure?: Exposure;
  /** How large the store's file may grow. */
  readonly capBytes: number;
}

/** The data that the worker is started with. */
export interface CollectorWorkerData extends CollectorSettings {
  /** The embedded store's file. */
  readonly file: string;
  /** The bundled worker of the embedded store, or its source: one writes what comes, one reads for the read API. */
  readonly localWorkerPath: string;
}

/** Everything the host may ask of the worker. */
export type CollectorWorkerApi = {
  /** Ports that stay the same stay open. */
  configure(settings: CollectorSettings): Promise<void>;
  /** Answers what is being answered, frees the ports, and lets another window own them. */
  close(): Promise<void>;
};

/** The three questions of the read API that go to every configured store, which only the host knows. */
export type TaskQuestion = {
  readonly kind: "trace" | "traceOfTask" | "childrenOfTask";
  readonly id: string;
};

export interface TaskAnswer {
  readonly status: 200 | 404 | 500;
  /** JSON. */
  readonly body: string;
}

/** A call of a coding agent's tool, which the host runs: only it knows stores and source. */
export interface ToolQuestion {
  /** By which the call can be cancelled. */
  readonly ticket: number;
  readonly name: string;
  readonly input: unknown;
  /** The path of the folder in which the caller works, where it says so. */
  readonly folder?: string;
}

export interface ToolReply {
  readonly text: string;
  readonly isError: boolean;
}

/** The host's side of the tools. */
export interface ToolHost {
  runTool(question: ToolQuestion): Promise<ToolReply>;
  /** Nobody waits for this ticket any more. */
  cancelTool(ticket: number): Promise<void>;
  /** Whether a client may ask by the Model Context Protocol. */
  checkToolToken(token: string): Promise<boolean>;
}

/** Everything the worker may tell or ask the host. */
export type CollectorHostApi = {
  tell(state: CollectorState): Promise<void>;
  answerTasks(question: TaskQuestion): Promise<TaskAnswer>;
  runTool(question: ToolQuestion): Promise<ToolReply>;
  cancelTool(ticket: number): Promise<void>;
  checkToolToken(token: string): Promise<boolean>;
};

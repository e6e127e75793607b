/** The parameters that a task was published with, out of the document that its store holds. Pure; knows no database. */

import { isDocument, type BsonDocument } from "../encodings/bsonValue.ts";
import { isCeleryDocument } from "./celeryDocument.ts";

export type TaskMessage =
  | {
      readonly kind: "funboost";
      readonly queue: string;
      readonly task: string;
      readonly parameters: BsonDocument;
    }
  | {
      readonly kind: "celery";
      /** Empty: the default queue. */
      readonly queue: string;
      readonly task: string;
      readonly args: readonly unknown[];
      readonly kwargs: BsonDocument;
    };

/** Deeper is nothing that anybody passes to a task. */
const MAX_DEPTH = 100;

/**
 * `text`: the document as JSON, as the detail of a span has it. `undefined` where it is no task of the two, or does not
 * hold all that it was called with as values that JSON can carry.
 */
export function readTaskMessage(text: string): TaskMessage | undefined {
  const document = parse(text);
  if (!isDocument(document)) return undefined;
  const message = readFunboost(document) ?? readCelery(document);
  return message !== undefined && canCarry(message, 0) ? message : undefined;
}

function readFunboost(document: BsonDocument): TaskMessage | undefined {
  const { queue_name: queue, function: task, params: parameters } = document;
  if (typeof queue !== "string" || queue === "" || typeof task !== "string") return undefined;
  return isDocument(parameters) ? { kind: "funboost", queue, task, parameters } : undefined;
}

function readCelery(document: BsonDocument): TaskMessage | undefined {
  const { name: task, queue } = document;
  if (!isCeleryDocument(document) || typeof task !== "string" || task === "") return undefined;
  const [args, kwargs] = [unpack(document["args"]), unpack(document["kwargs"])];
  // Some backends write how the arguments look, which is not what they are.
  if (!Array.isArray(args) || !isDocument(kwargs)) return undefined;
  return { kind: "celery", queue: typeof queue === "string" ? queue : "", task, args, kwargs };
}

/** Celery encodes values as JSON inside of a text. */
function unpack(value: unknown): unknown {
  return typeof value === "string" ? parse(value) : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Dates, bytes and other types of MongoDB came from Python objects that we cannot make again; long integers are integers. */
function canCarry(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every(each => canCarry(each, depth + 1));
  if (!isDocument(value)) return true;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "$numberLong") return true;
  return keys.every(key => !key.startsWith("$") && canCarry(value[key], depth + 1));
}

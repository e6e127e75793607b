/**
 * The arguments of a call, read after the tool's schema: what a shell writes as text counts as the number it is, what is
 * beyond a maximum becomes the maximum and is said, and what cannot be read is refused with a sentence. Pure.
 */

import type { ArgumentSchema, ToolDefinition } from "./toolTable.ts";

/** The error for who asked wrongly. */
export class ToolRefusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "ToolRefusal";
  }
}

export type ToolArguments = Readonly<Record<string, unknown>>;

export interface ToolInput {
  /** With defaults filled in. */
  readonly values: ToolArguments;
  /** The notes on what was changed to fit: `limit 500 became 50`. */
  readonly notes: readonly string[];
  /** Whether a number was asked for that is above its default. */
  readonly isMoreAsked: boolean;
}

const MAX_TEXT_ARGUMENT = 4_000;

export function readToolInput({ inputSchema }: ToolDefinition, input: unknown): ToolInput {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new ToolRefusal("the arguments must be an object");
  }
  const { properties, required = [] } = inputSchema;
  const values: Record<string, unknown> = {};
  const notes: string[] = [];
  let isMoreAsked = false;
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(properties, key)) {
      const known = Object.keys(properties).join(", ");
      throw new ToolRefusal(`no argument ${JSON.stringify(key.slice(0, 40))}; there are ${known}`);
    }
  }
  for (const [key, schema] of Object.entries(properties)) {
    const given: unknown = (input as Readonly<Record<string, unknown>>)[key];
    if (given === undefined || given === null || given === "") {
      if (required.includes(key)) throw new ToolRefusal(`${key} is missing: ${schema.description}`);
      if (schema.default !== undefined) values[key] = schema.default;
      continue;
    }
    const value = readValue(key, schema, given, notes);
    values[key] = value;
    if (typeof value === "number" && typeof schema.default === "number") {
      isMoreAsked ||= value > schema.default;
    }
  }
  return { values, notes, isMoreAsked };
}

function readValue(
  key: string,
  schema: ArgumentSchema,
  given: unknown,
  notes: string[],
): string | number | readonly (string | number)[] {
  switch (schema.type) {
    case "string": {
      if (typeof given !== "string") throw new ToolRefusal(`${key} must be text`);
      if (schema.enum !== undefined && !schema.enum.includes(given)) {
        throw new ToolRefusal(`${key} must be one of ${schema.enum.join(", ")}`);
      }
      if (given.length > MAX_TEXT_ARGUMENT) throw new ToolRefusal(`${key} is too long`);
      return given;
    }
    case "integer":
    case "number":
      return readNumber(key, schema, given, notes);
    case "array": {
      const list = Array.isArray(given)
        ? (given as readonly unknown[])
        : String(given as string | number)
            .split(",")
            .map(part => part.trim());
      const { minItems = 0, maxItems = Infinity, items } = schema;
      if (list.length < minItems || list.length > maxItems) {
        throw new ToolRefusal(`${key} takes ${minItems} to ${maxItems} values`);
      }
      return list.map(each =>
        items?.type === "integer"
          ? readNumber(key, { type: "integer", minimum: items.minimum ?? 0 }, each, notes)
          : String(each).slice(0, MAX_TEXT_ARGUMENT),
      );
    }
  }
}

function readNumber(
  key: string,
  { type, minimum = -Infinity, maximum = Infinity }: Omit<ArgumentSchema, "description">,
  given: unknown,
  notes: string[],
): number {
  const number = typeof given === "string" ? Number(given) : given;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw new ToolRefusal(`${key} must be a number`);
  }
  if (type === "integer" && !Number.isInteger(number)) {
    throw new ToolRefusal(`${key} must be a whole number`);
  }
  const fitted = Math.min(maximum, Math.max(minimum, number));
  if (fitted !== number) notes.push(`${key} ${number} became ${fitted}`);
  return fitted;
}

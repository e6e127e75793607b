/** Attributes by key, the first of several wins. */

import type { Attribute, AttributeValue } from "../model/spanDetail.ts";

export class AttributeReader {
  readonly #values = new Map<string, AttributeValue>();

  constructor(attributes: readonly Attribute[]) {
    for (const { key, value } of attributes) {
      if (value !== undefined && !this.#values.has(key)) this.#values.set(key, value);
    }
  }

  has(...keys: readonly string[]): boolean {
    return keys.some(key => this.#values.has(key));
  }

  /** The first key that has a text. */
  text(...keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const value = this.#values.get(key);
      if (typeof value === "number") return String(value);
      if (typeof value === "string" && value.trim() !== "") return value;
    }
    return undefined;
  }

  /** Numbers may arrive as text. */
  integer(key: string): number | undefined {
    const text = this.text(key)?.trim() ?? "";
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  }
}

/**
 * The bytes of an OTLP span that tell its operation apart, without decoding them: its name, its kind, and the attributes
 * of its code and queue. Pure.
 */

import { KeyBytes, spanKeys } from "../../../formats/otlp/spanKeys.ts";
import { OtlpHead } from "../log/otlpHead.ts";
import { hasKey } from "../log/otlpRecord.ts";

/** The keys that tell functions apart whose spans have the same name. */
export const codeKeys = [
  ...["code.file.path", "code.filepath", "code.namespace"],
  ...["code.function.name", "code.function"],
] as const;

const operationKeys = new KeyBytes([...codeKeys, ...spanKeys.queue]);

export class OtlpOperationReader extends OtlpHead {
  /**
   * Two spans of one service with the same text are of the same operation; one operation may have several texts.
   * `undefined` where only the full reader understands the span, whose length stands at `at`.
   */
  readText(bytes: Buffer, at: number): string | undefined {
    if (this.readHead(bytes, at) !== "plain") return undefined;
    const read = (from: number, to: number): string =>
      `${to - from}:${bytes.toString("latin1", from, to)}`;
    let text = `${this.kind} ${read(this.nameFrom, this.nameTo)}`;
    for (let i = 0; i < this.attributesEnd; i += 2) {
      const from = this.attributes[i]!;
      // The length parts each from the next.
      if (hasKey(bytes, from, operationKeys)) text += read(from, this.attributes[i + 1]!);
    }
    return text;
  }
}

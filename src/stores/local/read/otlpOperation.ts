/**
 * The bytes of an OTLP span that tell its operation apart, without decoding them: its name, its kind, and the attributes
 * of its code and queue. The bytes have been looked through by `otlpShape.ts`: here every length fits. Pure.
 */

import { ProtoCursor } from "../../../formats/encodings/protoCursor.ts";
import { fullReaderKeys, KeyBytes, spanKeys } from "../../../formats/otlp/spanKeys.ts";
import { hasKey } from "../log/otlpRecord.ts";

/** The keys that tell functions apart whose spans have the same name. */
export const codeKeys = [
  ...["code.file.path", "code.filepath", "code.namespace"],
  ...["code.function.name", "code.function"],
] as const;

const fullReaderBytes = new KeyBytes(fullReaderKeys);
const operationKeys = new KeyBytes([...codeKeys, ...spanKeys.queue]);

export class OtlpOperationReader extends ProtoCursor {
  /**
   * Two spans of one service with the same text are of the same operation; one operation may have several texts.
   * `undefined` where only the full reader understands the span.
   */
  readText(bytes: Buffer, from: number, to: number): string | undefined {
    this.bytes = bytes;
    this.at = from;
    let name = "";
    let kind = 0;
    let attributes = "";
    while (this.at < to) {
      const tag = this.readVarint();
      switch (tag) {
        case 0x2a: {
          const end = this.readVarint() + this.at;
          name = bytes.toString("latin1", this.at, end);
          this.at = end;
          break;
        }
        case 0x30:
          kind = this.readVarint();
          break;
        case 0x4a: {
          const end = this.readVarint() + this.at;
          if (hasKey(bytes, this.at, fullReaderBytes)) return undefined;
          // The length parts each from the next.
          if (hasKey(bytes, this.at, operationKeys)) {
            attributes += `${end - this.at}:${bytes.toString("latin1", this.at, end)}`;
          }
          this.at = end;
          break;
        }
        default:
          this.skip(tag);
      }
    }
    return `${kind} ${name.length}:${name}${attributes}`;
  }
}

/** Bytes that are gathered one behind the other, in memory that is used again. Pure. */

const FIRST_BYTES = 2 ** 16;
/** A batch that needed more was one of few. */
const KEPT_BYTES = 16 * 2 ** 20;
const LENGTH_BYTES = 4;
/** No UTF-16 unit becomes more bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

export class BytesBuilder {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Copies them. */
  add(part: Uint8Array): void {
    this.#makeRoom(part.length);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }

  /** One text of some parts, in UTF-8, behind its length. */
  addText(...parts: readonly (string | Uint8Array)[]): void {
    const start = this.#length;
    this.#makeRoom(LENGTH_BYTES);
    this.#length += LENGTH_BYTES;
    for (const part of parts) {
      if (typeof part === "string") {
        this.#makeRoom(part.length * BYTES_PER_UNIT);
        this.#length += this.#bytes.write(part, this.#length);
      } else {
        this.add(part);
      }
    }
    this.#bytes.writeUInt32LE(this.#length - start - LENGTH_BYTES, start);
  }

  /** Takes back what came behind the first so many. */
  cut(length: number): void {
    this.#length = length;
  }

  /** A copy of all of them; what comes then is the beginning of others. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#bytes.subarray(0, this.#length));
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
    this.#length = 0;
    return bytes;
  }

  #makeRoom(bytes: number): void {
    const most = this.#length + bytes;
    if (most <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(most, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

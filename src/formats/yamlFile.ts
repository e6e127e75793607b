/** SkyWalking segments in YAML, as its test collector lists them. Pure. */

import { parse, YAMLError } from "yaml";
import { isSkywalking, readSkywalking } from "./skywalking.ts";
import { isObject, note, type TraceFormat } from "./traceFormat.ts";

/** A parser of YAML takes some hundred bytes of memory for each that it reads; lists of segments are short. */
const MAX_LENGTH = 500_000;

export const yamlFormat: TraceFormat = {
  name: "SkyWalking YAML",
  matches: content =>
    content.kind === "text" &&
    /^(?:#[^\n]*\n|\s*\n|---\s*\n){0,200}segmentItems:/.test(content.text),
  read(content, context) {
    const text = content.kind === "text" ? content.text : "";
    if (text.length > MAX_LENGTH) return refuse(`more than ${MAX_LENGTH} characters of YAML`);
    try {
      const value: unknown = parse(text, { logLevel: "silent" });
      return readSkywalking(isObject(value) && isSkywalking(value) ? [value] : [], context);
    } catch (error) {
      // Too many aliases are an error of reference, which no other value here can raise.
      if (!(error instanceof YAMLError || error instanceof ReferenceError)) throw error;
      return refuse(error.message);
    }
    function refuse(reason: string) {
      return { records: [], problems: [note(context, reason)] };
    }
  },
};

/** Which format a file has, told by its content and never by its name. Pure. */

import type { FileContent, TraceFormat } from "./traceFormat.ts";

/** In this order: the more particular before the more general. */
export const traceFormats: readonly TraceFormat[] = [];

export function findFormat(content: FileContent): TraceFormat | undefined {
  return traceFormats.find(format => format.matches(content));
}

/** An age in the language of the window: `9 days ago`, and `9d ago` where there is little room. */

import * as vscode from "vscode";
import { formatRelativeTime } from "../base/relativeTime.ts";

export function formatAgo(
  unixMs: number,
  nowMs: number,
  style: Intl.RelativeTimeFormatStyle = "long",
): string {
  const format = new Intl.RelativeTimeFormat(vscode.env.language, { numeric: "auto", style });
  return formatRelativeTime(unixMs, nowMs, format);
}

/** The words of the find box: never that there is nothing before everything has been looked into. Pure. */

import type { SearchProgress } from "../panel/state.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";

/** `place`: which match is selected, from 1; 0 while none is. */
export function describeSearch(
  place: number,
  total: number,
  progress: SearchProgress | undefined,
): string {
  const isLooking = progress !== undefined && progress.looked < progress.count;
  const unread = progress?.unread ?? 0;
  const found =
    total === 0
      ? isLooking
        ? ""
        : unread > 0
          ? t("None found")
          : t("No matches")
      : place === 0
        ? countOf(total, t("1 match"), t("{0} matches"))
        : t("{0} of {1}", formatCount(place), formatCount(total));
  const rest = isLooking
    ? t("looking… {0} of {1}", formatCount(progress.looked), formatCount(progress.count))
    : unread > 0
      ? countOf(
          unread,
          t("1 span could not be looked into"),
          t("{0} spans could not be looked into"),
        )
      : "";
  return [found, rest].filter(part => part !== "").join(" · ");
}

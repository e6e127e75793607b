/** Which stores tell of a span, and what each says otherwise than it is drawn. */

import { html, nothing, type TemplateResult } from "lit";
import { describeFailure } from "../../src/model/failureWords.ts";
import { SpanStatus } from "../../src/model/span.ts";
import type { SpanDetail, SpanStoreVersion } from "../../src/model/spanDetail.ts";
import { formatDuration } from "../../src/model/units.ts";
import { t } from "../words/words.ts";

export function renderStoreVersions({
  storeVersions = [],
}: SpanDetail): TemplateResult | typeof nothing {
  const [first] = storeVersions;
  if (first === undefined) return nothing;
  return html`<section class="section">
    <div class="heading"><h2>${t("Sources")}</h2></div>
    <dl class="grid">
      ${storeVersions.map(
        version =>
          html`<dt>${version.store}</dt>
            <dd class="wrap">${describeStoreVersion(version, first)}</dd>`,
      )}
    </dl>
  </section>`;
}

/** Describes what a store says otherwise than the first one does, whose word is drawn. */
function describeStoreVersion(version: SpanStoreVersion, first: SpanStoreVersion): string {
  const { failure, name, status, startUnixNs, endUnixNs } = version;
  if (failure !== undefined) return describeFailure(failure, t);
  if (version === first) return t("drawn here");
  const differs: string[] = [];
  if (name !== first.name) differs.push(t("calls it {0}", name));
  if (status !== first.status) differs.push(t("status: {0}", describeStatus(status)));
  const lengthOf = ({ startUnixNs: from, endUnixNs: to }: SpanStoreVersion): number =>
    from === undefined || to === undefined ? Number.NaN : Number(BigInt(to) - BigInt(from));
  const [own, drawn] = [lengthOf(version), lengthOf(first)];
  if (endUnixNs === undefined && startUnixNs !== undefined) differs.push(t("still running"));
  else if (formatDuration(own) !== formatDuration(drawn)) {
    differs.push(t("ran {0}", formatDuration(own)));
  }
  return differs.length === 0 ? t("says the same") : differs.join(" · ");
}

function describeStatus(status: SpanStatus): string {
  if (status === SpanStatus.error) return t("error");
  return status === SpanStatus.ok ? t("ok") : t("not set");
}

/** The links of a span, in this trace or in others, each a way there. */

import { html, nothing, type TemplateResult } from "lit";
import { canonicalTraceId, shortId } from "../../src/model/ids.ts";
import type { SpanLink } from "../../src/model/spanDetail.ts";
import { renderCopy } from "../kit/copyButton.ts";
import type { Host } from "../panel/host.ts";
import { describeEdge } from "../words/spanFacts.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { t } from "../words/words.ts";
import { renderAttributes } from "./attributes.ts";

export function renderLinks(
  host: Host,
  { columns }: LoadedTrace,
  links: readonly SpanLink[],
): TemplateResult | typeof nothing {
  if (links.length === 0) return nothing;
  return html`<section class="section">
    <div class="heading"><h2>${t("Links")}</h2></div>
    ${links.map(link => {
      const { traceId, spanId, attributes } = link;
      const isHere = canonicalTraceId(traceId) === canonicalTraceId(columns.traceId);
      return html`<div class="linkRow">
          <button class="link" title=${`${traceId} ${spanId}`} @click=${() => follow(host, link)}>
            ${isHere ? t("Span {0} of this trace", shortId(spanId)) : t("Trace {0}", shortId(traceId))}
          </button>
          <span class="muted">${describeEdge(link.kind)}</span>
          <span class="end">${renderCopy(host, traceId, t("Copy the trace id"))}</span>
        </div>
        ${attributes.length === 0 ? nothing : renderAttributes(host, attributes)}`;
    })}
  </section>`;
}

/** The host knows which span has which id: it selects it in this panel, or opens the other trace. */
function follow({ remote, report }: Host, { traceId, spanId }: SpanLink): void {
  remote.openTrace(traceId, spanId === "" ? undefined : spanId).catch(report);
}

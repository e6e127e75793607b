/**
 * `<traceside-conversation>`: a call of a language model, a tool or an agent: who said what, newest in sight, what the
 * turn before has shown already folded. Texts stay texts: Markdown and HTML of a model are never drawn.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import {
  countRepeated,
  type GenAiCall,
  type GenAiMessage,
  type GenAiPart,
} from "../../src/analysis/genAi/genAiCall.ts";
import type { Attribute, AttributeValue } from "../../src/model/spanDetail.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { renderCopy } from "../kit/copyButton.ts";
import { baseStyles } from "../kit/styles.ts";
import type { Host } from "../panel/host.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";
import { renderAttributes } from "./attributes.ts";
import { conversationStyles } from "./conversationStyles.ts";
import { renderFactGrid } from "./factGrid.ts";
import { detailStyles } from "./styles.ts";
import { renderText } from "./text.ts";
import { findToolSpan } from "./toolSpan.ts";
import { renderValue, toText } from "./value.ts";

/** So many more messages at each asking: a conversation may have thousands. */
const PAGE = 50;

export class ConversationView extends LitElement {
  static override styles = [baseStyles, detailStyles, conversationStyles];
  static override properties = {
    call: { attribute: false },
    recorded: { attribute: false },
    host: { attribute: false },
    trace: { attribute: false },
    span: { attribute: false },
    go: { attribute: false },
    earlier: { state: true },
    isRaw: { state: true },
  };
  declare call: GenAiCall;
  /** The attributes of the span. */
  declare recorded: readonly Attribute[];
  declare host: Host;
  declare trace: LoadedTrace;
  declare span: SpanIndex;
  /** Selects a span. */
  declare go: (span: SpanIndex) => void;
  /** How many of the folded messages are shown. */
  declare earlier: number;
  declare isRaw: boolean;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("span")) return;
    this.earlier = 0;
    this.isRaw = false;
  }

  override render(): TemplateResult {
    const { call, isRaw } = this;
    const { tool } = call;
    const hasContent = call.messages.length > 0 || call.contentKeys.length > 0;
    return html`<section class="section">
      <div class="heading">
        <h2>${describeKind(call)}</h2>
        <span class="end">
          ${
            call.contentKeys.length === 0
              ? nothing
              : html`<button
                  class="link"
                  aria-pressed=${isRaw ? "true" : "false"}
                  @click=${() => {
                    this.isRaw = !isRaw;
                  }}
                >
                  ${isRaw ? t("Conversation") : t("Raw")}
                </button>`
          }
          ${
            call.messages.length === 0
              ? nothing
              : renderCopy(this.host, () => toPlainText(call.messages), t("Copy the conversation"))
          }
        </span>
      </div>
      ${renderFacts(call)}
      ${
        isRaw
          ? renderAttributes(
              this.host,
              this.recorded.filter(({ key }) => call.contentKeys.includes(key)),
            )
          : tool !== undefined
            ? this.#renderTool(tool.arguments, tool.result)
            : hasContent
              ? this.#renderMessages(call.messages)
              : html`<p class="note">
                  ${t("Its messages were not recorded: the program must be told to capture them.")}
                </p>`
      }
    </section>`;
  }

  #renderMessages(messages: readonly GenAiMessage[]): TemplateResult {
    const folded = countRepeated(messages);
    const first = Math.max(0, folded - this.earlier);
    return html`${
        first === 0
          ? nothing
          : html`<button
              class="link"
              @click=${() => {
                this.earlier += PAGE;
              }}
            >
              ${
                first > PAGE
                  ? t("{0} earlier messages, show {1} more", formatCount(first), PAGE)
                  : countOf(first, t("Show 1 earlier message"), t("Show {0} earlier messages"))
              }
            </button>`
      }
      <div role="list" aria-label=${t("Conversation")}>
        ${messages.slice(first).map(message => this.#renderMessage(message))}
      </div>`;
  }

  #renderMessage({ role, parts, isOutput }: GenAiMessage): TemplateResult {
    return html`<div class="message ${roleClass(role)}" role="listitem">
      <div class="role">
        ${describeRole(role)}${isOutput ? html` <span class="muted">${t("answer")}</span>` : nothing}
      </div>
      ${parts.map(part => this.#renderPart(part))}
    </div>`;
  }

  #renderPart(part: GenAiPart): TemplateResult {
    switch (part.kind) {
      case "text":
        return html`<div class="text wrap">${renderText(part.text)}</div>`;
      case "reasoning":
        return html`<details class="reasoning">
          <summary>${t("Reasoning")}</summary>
          <div class="text wrap">${renderText(part.text)}</div>
        </details>`;
      case "toolCall":
        return this.#renderCall(part);
      case "toolResult":
        return html`<div class="card">
          <div class="cardHead">
            <span class="muted">${t("Result")}</span>
            <b class="wrap">${this.#nameCalled(part.id)}</b>
          </div>
          ${renderContent(part.result)}
        </div>`;
      case "other":
        return html`<div class="card">
          <div class="cardHead"><span class="muted">${part.type}</span></div>
          ${renderContent(part.value)}
        </div>`;
    }
  }

  /** The tool of an earlier call, whose result names the call's id alone. */
  #nameCalled(id: string | undefined): string {
    for (const { parts } of id === undefined ? [] : this.call.messages) {
      for (const part of parts) if (part.kind === "toolCall" && part.id === id) return part.name;
    }
    return "";
  }

  /** A card that leads to the span in which the tool ran, where the trace has one. */
  #renderCall(call: Extract<GenAiPart, { kind: "toolCall" }>): TemplateResult {
    const target = findToolSpan(this.trace, this.span, this.call.messages, call);
    return html`<div class="card">
      <div class="cardHead">
        <span class="muted">${t("Calls")}</span>
        ${
          target === undefined
            ? html`<b class="wrap">${call.name}</b>`
            : html`<button
                class="link"
                title=${t("Go to the span of this call")}
                @click=${() => this.go(target)}
              >
                <b class="wrap">${call.name}</b>
              </button>`
        }
      </div>
      ${renderContent(call.arguments)}
    </div>`;
  }

  #renderTool(given: AttributeValue, result: AttributeValue): TemplateResult {
    const render = (title: string, value: AttributeValue): TemplateResult =>
      html`<div class="card">
        <div class="cardHead"><span class="muted">${title}</span></div>
        ${value === undefined ? html`<span class="note">${t("not recorded")}</span>` : renderContent(value)}
      </div>`;
    return html`${render(t("Arguments"), given)}${render(t("Result"), result)}`;
  }
}

/** JSON as a tree, a text as it is. */
function renderContent(value: AttributeValue): TemplateResult {
  if (typeof value === "string") return html`<div class="text wrap">${renderText(value)}</div>`;
  return value === undefined ? html`<span class="note">${t("nothing")}</span>` : renderValue(value);
}

function renderFacts(call: GenAiCall): TemplateResult {
  const { tokens, requestModel, responseModel } = call;
  const model =
    responseModel === undefined || responseModel === requestModel
      ? requestModel
      : requestModel === undefined
        ? responseModel
        : `${requestModel} → ${responseModel}`;
  const describe = (
    number: number | undefined,
    say: (text: string) => string,
  ): string | undefined => (number === undefined ? undefined : say(formatCount(number)));
  const count = (each: number | undefined): string | undefined => describe(each, text => text);
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t("Model"), [call.provider, model].filter(Boolean).join(" · ")],
    [t("Tool"), call.tool?.name],
    [t("Agent"), call.agentName ?? call.agentId],
    [
      t("Tokens in"),
      withParts(count(tokens.input), [
        describe(tokens.cacheRead, each => t("{0} from the cache", each)),
        describe(tokens.cacheWrite, each => t("{0} into the cache", each)),
      ]),
    ],
    [
      t("Tokens out"),
      withParts(count(tokens.output), [
        describe(tokens.reasoning, each => t("{0} reasoning", each)),
      ]),
    ],
    [
      t("Tokens"),
      tokens.input === undefined && tokens.output === undefined ? count(tokens.total) : undefined,
    ],
    [t("Cost, as told"), call.costUsd === undefined ? undefined : `$${String(call.costUsd)}`],
    [t("Temperature"), call.temperature === undefined ? undefined : String(call.temperature)],
    [t("Finish reason"), call.finishReasons.join(", ")],
    [t("Conversation id"), call.conversationId],
    [t("Tools offered"), call.offeredTools.join(", ")],
  ];
  return renderFactGrid(rows);
}

/** `1,204 (900 from the cache)`. */
function withParts(
  whole: string | undefined,
  parts: readonly (string | undefined)[],
): string | undefined {
  const known = parts.filter(part => part !== undefined).join(", ");
  if (whole === undefined || known === "") return whole ?? known;
  return `${whole} (${known})`;
}

function describeKind({ kind }: GenAiCall): string {
  switch (kind) {
    case "tool":
      return t("Tool call");
    case "agent":
      return t("Agent");
    case "embedding":
      return t("Embedding");
    case "retrieval":
      return t("Retrieval");
    default:
      return t("Conversation");
  }
}

function describeRole(role: string): string {
  switch (role) {
    case "system":
      return t("System");
    case "user":
      return t("User");
    case "assistant":
      return t("Model");
    case "tool":
      return t("Tool");
    default:
      return role;
  }
}

function roleClass(role: string): string {
  return /^(?:system|user|assistant|tool)$/.test(role) ? role : "user";
}

function toPlainText(messages: readonly GenAiMessage[]): string {
  return messages
    .map(({ role, parts }) => {
      const lines = parts.map(part => {
        switch (part.kind) {
          case "text":
          case "reasoning":
            return part.text;
          case "toolCall":
            return `${part.name}(${toText(part.arguments)})`;
          case "toolResult":
            return toText(part.result);
          case "other":
            return toText(part.value);
        }
      });
      return `[${role}]\n${lines.join("\n")}`;
    })
    .join("\n\n");
}

customElements.define("traceside-conversation", ConversationView);

/**
 * Zipkin's (and EagleEye's) custom that the two sides of a call share one span id, made into a tree in which each side
 * has its own. Pure; works on one trace.
 *
 *     a  CLIENT  shop          a         CLIENT shop
 *     a  SERVER  stock    →      a#server  SERVER stock
 *     b  parent a, stock           b
 *
 * The caller keeps the id, because other stores and logs know it by that. What names the id as its parent goes below
 * the side whose service (and host, where several have one service) it has; where it has neither, below the called
 * side, for that is where a call does its work. A message has as many called sides as it has consumers.
 * The flag `shared` is not needed where both sides are there: many tracers forget it.
 */

import { SpanKind } from "../../model/span.ts";

/** The facts that must be known of a span to place it; a `SpanInput` has it all. */
export interface SharingSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind?: SpanKind;
  readonly service?: string;
  /** Tells the sides apart where one service calls itself. */
  readonly address?: string;
  readonly shared?: boolean;
}

export interface Placement {
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** Where the called side of this call stands, if it is this span that called. */
  readonly called?: number;
}

interface Called {
  readonly id: string;
  readonly service: string;
  readonly address: string;
}

interface Sides {
  readonly caller: SharingSpan;
  /** The first is the one for children of no known service. */
  readonly called: readonly Called[];
  readonly firstCalled: number;
}

/** One placement for each span, in their order. */
export function separateShared(spans: readonly SharingSpan[]): readonly Placement[] {
  const groups = new Map<string, number[]>();
  spans.forEach(({ spanId }, index) => {
    const group = groups.get(spanId);
    if (group === undefined) groups.set(spanId, [index]);
    else group.push(index);
  });
  const sides = new Map<string, Sides>();
  const ownIds = new Map<number, string>();
  for (const [spanId, group] of groups) {
    if (group.length < 2) continue;
    const isCalled = chooseSides(group.map(index => spans[index] as SharingSpan));
    const callers = group.filter((_, at) => !isCalled[at]);
    const called = group.filter((_, at) => isCalled[at]);
    const [firstCaller] = callers;
    const [firstCalled] = called;
    if (firstCaller === undefined || firstCalled === undefined) continue;
    const sidesCalled: Called[] = [];
    const idsInUse = new Set<string>();
    for (const index of called) {
      const { service = "", address = "", kind } = spans[index] as SharingSpan;
      const plain = `${spanId}#${kind === SpanKind.consumer ? "consumer" : "server"}`;
      const id =
        [plain, `${plain}@${service}`, `${plain}@${service}/${address}`].find(
          each => !idsInUse.has(each),
        ) ?? `${plain}@${service}/${address}#${idsInUse.size + 1}`;
      idsInUse.add(id);
      sidesCalled.push({ id, service, address });
      ownIds.set(index, id);
    }
    sides.set(spanId, {
      caller: spans[firstCaller] as SharingSpan,
      called: sidesCalled,
      firstCalled,
    });
  }
  return spans.map((span, index) => place(span, ownIds.get(index), sides));
}

function place(
  span: SharingSpan,
  ownId: string | undefined,
  sides: ReadonlyMap<string, Sides>,
): Placement {
  const { spanId, parentSpanId } = span;
  if (ownId !== undefined) return { spanId: ownId, parentSpanId: spanId };
  const called = sides.get(spanId)?.firstCalled;
  const parent = parentSpanId === spanId ? undefined : sides.get(parentSpanId ?? "");
  return {
    spanId,
    parentSpanId: parent === undefined ? parentSpanId : chooseSide(span, parent),
    ...(called !== undefined && { called }),
  };
}

function chooseSide(child: SharingSpan, { caller, called }: Sides): string {
  const { service = "", address = "" } = child;
  const sameService = called.filter(each => each.service === service);
  const isCallers = service !== "" && service === caller.service;
  const here = sameService.find(each => each.address === address);
  const best = here ?? sameService[0];
  if (best !== undefined && (here !== undefined || !isCallers)) return best.id;
  return isCallers ? caller.spanId : (called[0]?.id ?? caller.spanId);
}

/** For the spans of one id, whether each is the called side. Where all look called, the flag decides. */
function chooseSides(group: readonly SharingSpan[]): readonly boolean[] {
  const byKind = group.map(({ kind }) => kind === SpanKind.server || kind === SpanKind.consumer);
  return byKind.includes(false) ? byKind : group.map(({ shared = false }) => shared);
}

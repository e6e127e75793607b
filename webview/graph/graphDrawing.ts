/**
 * The call graph as SVG. Says what is drawn where; knows nothing of the mouse, the worker or the state.
 * Colours come by class from the stylesheet, so that a change of theme needs no drawing.
 */

import { svg, nothing, type SVGTemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { CallGraph, CallNode } from "../../src/analysis/callGraph.ts";
import { formatCount } from "../words/localText.ts";
import { LABEL_PX, type FarLabel } from "./farLabels.ts";
import { fitText, type DrawingFonts, type Measure } from "../kit/fitText.ts";
import {
  describeCall,
  describeCause,
  describeNode,
  describeTimes,
  nameNode,
} from "./graphWords.ts";
import {
  curveBetween,
  isCurve,
  writeArrow,
  writeCurve,
  writeRoundedPath,
  type Picture,
  type Point,
} from "./picture.ts";

/** A graph and where it lies: always of one moment. */
export interface DrawnGraph {
  readonly graph: CallGraph;
  readonly picture: Picture;
}

export interface DrawingMarks {
  /** So many nodes are drawn, with the calls that lead to them; causes once all are. */
  readonly drawn: number;
  readonly selected: number;
  /** The selection is hidden in this node, not the node itself. */
  readonly isSelectionHidden: boolean;
  readonly focused: number;
  readonly hovered: number;
  /** The selected node and its ancestors. */
  readonly way: ReadonlySet<number>;
  /** Nothing that the filter lets through is in it. */
  readonly isDim: (node: CallNode) => boolean;
  /** Returns what has changed since an earlier run; empty for nothing. */
  readonly changeOf: (node: CallNode) => string;
  /** The critical path goes through it. */
  readonly isCritical: (node: CallNode) => boolean;
}

/** Over all nodes, in letters that keep their size on the screen. */
export function drawFarLabels(labels: readonly FarLabel[], scale: number): SVGTemplateResult {
  const size = LABEL_PX / scale;
  return svg`<g class="labels" aria-hidden="true" font-size=${size} stroke-width=${3 / scale}>
    ${labels.map(
      ({ x, y, text, isFailed }) =>
        svg`<text class=${isFailed ? "failed" : ""} x=${x} y=${y + size * 0.35}>${text}</text>`,
    )}
  </g>`;
}

export function drawGraph(
  { graph, picture }: DrawnGraph,
  marks: DrawingMarks,
  fonts: DrawingFonts,
  groupName: (group: number) => string,
  slotOf: (group: number) => number,
): SVGTemplateResult {
  const { drawn, isDim } = marks;
  const causes = drawn < graph.nodes.length ? [] : graph.causes;
  const classOf = (node: CallNode, index: number): string =>
    [
      "node",
      node.kind,
      ...(node.group === 0 ? [] : [`slot${slotOf(node.group)}`]),
      ...(node.isPlaceholder ? ["placeholder"] : []),
      ...(node.errors > 0 ? ["failed"] : []),
      ...(index === marks.selected ? ["selected"] : []),
      ...(index === marks.selected && marks.isSelectionHidden ? ["holds"] : []),
      ...(index === marks.hovered ? ["hovered"] : []),
      ...(marks.way.has(index) ? ["way"] : []),
      ...(isDim(node) ? ["dim"] : []),
      ...(marks.isCritical(node) ? ["critical"] : []),
    ].join(" ");
  return svg`
    <g class="edges" aria-hidden="true">
      ${repeat(
        [...graph.nodes.keys()].filter(index => index < drawn && graph.nodes[index]!.parent >= 0),
        index => graph.nodes[index]!.key,
        index => drawCall(graph, picture, index, marks),
      )}
      ${causes.map((_, cause) => drawCause(graph, picture, cause, marks))}
    </g>
    <g class="nodes" role="presentation">
      ${repeat(
        graph.nodes.slice(0, drawn),
        node => node.key,
        (node, index) => {
          const words = (between: string): unknown =>
            guard([node], () => describeNode(node, groupName(node.group)).join(between));
          const { x, y } = picture.nodes[index]!;
          return svg`<g
            class=${classOf(node, index)}
            transform="translate(${x} ${y})"
            role="treeitem"
            tabindex=${index === marks.focused ? "0" : "-1"}
            aria-level=${node.depth + 1}
            aria-label=${words(", ")}
            aria-selected=${index === marks.selected ? "true" : "false"}
            aria-expanded=${node.hasCalls ? String(node.children.length > 0) : nothing}
            data-node=${index}
          ><title>${words("\n")}</title>${guard(
            [node, picture.node.widthPx, picture.direction],
            () => drawNode(node, picture, fonts),
          )}${drawChange(marks.changeOf(node), picture.node.widthPx)}</g>`;
        },
      )}
    </g>`;
}

/** In the gap above the node, where nothing else is written. */
function drawChange(text: string, widthPx: number): SVGTemplateResult | typeof nothing {
  if (text === "") return nothing;
  return svg`<text class="change" x=${widthPx} y="-2.5" text-anchor="end">${text}</text>`;
}

function drawNode(node: CallNode, picture: Picture, fonts: DrawingFonts): SVGTemplateResult {
  const { widthPx: width, heightPx: height } = picture.node;
  const marks = listMarks(node, fonts.times);
  const marksWidth = marks.reduce((sum, mark) => sum + mark.widthPx + 6, 0);
  const left = 14;
  const name = fitText(nameNode(node), width - left - 10 - marksWidth, fonts.name);
  const times = fitText(describeTimes(node), width - left - 8, fonts.times);
  let right = width - 8;
  return svg`
    <rect class="ring" x="-3.5" y="-3.5" width=${width + 7} height=${height + 7} rx="7"></rect>
    <rect class="box" width=${width} height=${height} rx="4"></rect>
    ${node.kind === "calls" ? svg`<path class="stripe" d=${stripePath(height)}></path>` : nothing}
    <path class="criticalLine" d="M4 ${height - 1}H${width - 4}"></path>
    <text class="name" x=${left} y="18">${name}</text>
    <text class="times" x=${left} y="34">${times}</text>
    ${marks.map(mark => {
      right -= mark.widthPx;
      const drawn = svg`<g class="mark ${mark.kind}" transform="translate(${right} 6)">
        <path d=${mark.path}></path>${
          mark.text === "" ? nothing : svg`<text x="15" y="11">${mark.text}</text>`
        }</g>`;
      right -= 6;
      return drawn;
    })}
    ${drawFold(node, picture)}`;
}

interface Mark {
  readonly kind: string;
  readonly path: string;
  readonly text: string;
  readonly widthPx: number;
}

/**
 * Shapes in 14 × 14, each its own: a failed octagon with a cross, a running triangle, a last beat where the heartbeat
 * ended, a retry arrow.
 */
const markPaths = {
  error:
    "M4.4 1h5.2L13 4.4v5.2L9.6 13H4.4L1 9.6V4.4ZM5 4.2 4.2 5l2 2-2 2 .8.8 2-2 2 2 .8-.8-2-2 2-2L9 4.2l-2 2Z",
  running: "M4 2.2v9.6L12 7Z",
  silent: "M0 7h2.6l1.8-4 2.2 8 1.8-4h.6M10.9 7h1M13 7h1",
  retry: "M7 2.2a4.8 4.8 0 1 0 4.8 4.8h-1.4A3.4 3.4 0 1 1 7 3.6V6l3.6-3L7 0Z",
};

function listMarks(node: CallNode, measure: Measure): readonly Mark[] {
  const mark = (kind: keyof typeof markPaths, count: number, from: number): readonly Mark[] => {
    if (count === 0) return [];
    const text = count >= from ? formatCount(count) : "";
    const widthPx = 14 + (text === "" ? 0 : 2 + measure(text));
    return [{ kind, path: markPaths[kind], text, widthPx }];
  };
  return [
    // One call that failed needs no number; one of twelve does.
    ...mark("error", node.errors, node.calls > 1 ? 1 : 2),
    ...mark("running", node.running, node.calls > 1 ? 1 : 2),
    ...mark("silent", node.silent, node.calls > 1 ? 1 : 2),
    ...mark("retry", node.retries, 1),
  ];
}

function stripePath(height: number): string {
  return `M4 0a4 4 0 0 0-4 4V${height - 4}a4 4 0 0 0 4 4Z`;
}

/** Where calls leave: how many are folded, or a handle that folds them. */
function drawFold(node: CallNode, { node: size, direction }: Picture): SVGTemplateResult {
  if (!node.hasCalls) return svg``;
  const isRight = direction === "right";
  const x = isRight ? size.widthPx : size.widthPx / 2;
  const y = isRight ? size.heightPx / 2 : size.heightPx;
  if (node.children.length === 0) {
    const text = `+${formatCount(node.hiddenCalls)}`;
    const width = 14 + text.length * 7;
    const start = isRight ? 6 : -width / 2;
    const top = -9;
    return svg`<g class="fold folded" data-fold transform="translate(${x + start} ${y + top})">
      <rect width=${width} height="18" rx="9"></rect>
      <text x=${width / 2} y="13">${text}</text>
      ${
        node.hiddenErrors > 0
          ? svg`<g class="mark error" transform="translate(${width + 3} 2)"><path d=${markPaths.error}></path></g>`
          : nothing
      }
    </g>`;
  }
  return svg`<g class="fold open" data-fold transform="translate(${x} ${y})">
    <circle class="reach" r="11"></circle>
    <circle r="7"></circle>
    <path d="M-3.5 0h7"></path>
  </g>`;
}

const ARROW_PX = 7;

function drawCall(
  graph: CallGraph,
  picture: Picture,
  index: number,
  marks: DrawingMarks,
): SVGTemplateResult {
  const node = graph.nodes[index]!;
  const classes = [
    "call",
    ...(marks.way.has(index) ? ["way"] : []),
    ...(marks.isDim(node) ? ["dim"] : []),
    ...(marks.isCritical(node) ? ["critical"] : []),
    node.kind,
  ].join(" ");
  const points = picture.calls[index] ?? [];
  const tip = points.at(-1);
  if (tip === undefined) return svg``;
  // Ten times the calls, one pixel more.
  const width = 1 + Math.min(3, Math.log10(node.calls));
  const label = describeCall(node);
  const isRight = picture.direction === "right";
  return svg`<g class=${classes}>
    <path class="line" stroke-width=${width} d=${writeRoundedPath(shorten(points), 6)}></path>
    <path class="arrow" d=${writeArrow(points, ARROW_PX)}></path>
    ${
      label === ""
        ? nothing
        : svg`<text
            class=${isRight ? "before" : "after"}
            x=${isRight ? tip.x - ARROW_PX - 3 : tip.x + 6}
            y=${isRight ? tip.y - 5 : tip.y - ARROW_PX - 4}
          >${label}</text>`
    }
  </g>`;
}

function drawCause(
  graph: CallGraph,
  picture: Picture,
  index: number,
  marks: DrawingMarks,
): SVGTemplateResult {
  const cause = graph.causes[index]!;
  const [from, to] = [graph.nodes[cause.from]!, graph.nodes[cause.to]!];
  const isOver = isCurve(picture, index);
  const points = isOver
    ? curveBetween(picture, cause.from, cause.to)
    : (picture.causes[index] ?? []);
  const touches = [marks.selected, marks.hovered].some(
    node => node === cause.from || node === cause.to,
  );
  const isDim = marks.isDim(from) && marks.isDim(to);
  const classes = `cause kind${cause.kind} ${touches ? "touched" : ""} ${isOver ? "over" : ""} ${isDim ? "dim" : ""}`;
  return svg`<g class=${classes}>
    <title>${describeCause(cause, from, to)}</title>
    <path class="line" d=${isOver ? writeCurve(points) : writeRoundedPath(shorten(points), 6)}></path>
    <path class="arrow" d=${writeArrow(points, ARROW_PX)}></path>
  </g>`;
}

/** A thick line must end under its arrow and not beside the tip. */
function shorten(points: readonly Point[]): readonly Point[] {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return points;
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const share = Math.max(0, 1 - (ARROW_PX - 1) / length);
  return [
    ...points.slice(0, -1),
    { x: before.x + (tip.x - before.x) * share, y: before.y + (tip.y - before.y) * share },
  ];
}

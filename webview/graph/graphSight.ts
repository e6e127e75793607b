/**
 * The part of the call graph that is in sight: the camera over the pictures that the model shows, as the user moves it.
 */

import type { ViewState } from "../panel/state.ts";
import { prefersStillness } from "../kit/theme.ts";
import {
  firstLook,
  fitPicture,
  isInSight,
  keepInSight,
  pan,
  reveal as bringIntoSight,
  zoomAt,
  type Box,
  type Camera,
} from "./camera.ts";
import type { GraphModel, ShownGraph } from "./graphModel.ts";
import { placeVisibleBox } from "./graphMinimap.ts";
import { animateNodes } from "./graphMotion.ts";
import { LiveCamera } from "./liveCamera.ts";
import { READABLE_SCALE } from "./picture.ts";

/** From here on names stand in letters that keep their size, and nodes are filled. */
export const FAR_SCALE = READABLE_SCALE * 0.8;
/** Below this a node is a field of colour. */
const TINY_SCALE = 0.25;
/** A graph of so few nodes starts at its own size, though a part of it may lie outside. */
const SMALL_NODES = 12;

/** The part of the graph's element that the camera needs. */
export interface VisibleView {
  readonly state: ViewState;
  readonly stage: HTMLElement | undefined;
  readonly renderRoot: ParentNode;
  requestUpdate(): void;
}

export class GraphSight {
  readonly camera: LiveCamera;
  /** The zoom that the names were placed for. */
  labelScale = 1;
  /**
   * The user asked for the whole graph: it stays whole in every picture that comes, also in one that was on its way
   * already, and in another pane, until the user moves or asks for another kind of picture.
   */
  #isWhole = false;
  readonly #view: VisibleView;
  readonly #model: GraphModel;
  /** The key of the node that stays where it is when the picture changes. */
  readonly #getAnchor: () => string;

  constructor(view: VisibleView, model: GraphModel, getAnchor: () => string) {
    this.#view = view;
    this.#model = model;
    this.#getAnchor = getAnchor;
    this.camera = new LiveCamera(camera => {
      this.apply(camera);
      if (this.camera.isMoved) view.state.camera.set(camera);
    });
  }

  resize(): void {
    const stage = this.#view.stage;
    if (stage === undefined) return;
    this.camera.pane = { widthPx: stage.clientWidth, heightPx: stage.clientHeight };
    this.#model.setPane(this.camera.pane);
    const shown = this.#model.shown.value;
    if (shown !== undefined && this.camera.pane.widthPx > 0) {
      const { isMoved, value, pane } = this.camera;
      this.camera.set(isMoved ? keepInSight(value, shown.picture, pane) : this.#lookAt(shown));
    }
  }

  /** Meets a new picture: what the user looks at stays where it is, and the rest moves to its new place. */
  follow(before: ShownGraph | undefined, shown: ShownGraph | undefined): void {
    if (shown === undefined) {
      this.#isWhole = false;
      this.camera.isMoved = false;
      return;
    }
    const isSameKind =
      before?.trace.summary.traceId === shown.trace.summary.traceId &&
      before.source.mode === shown.source.mode &&
      before.picture.direction === shown.picture.direction;
    const restored = before === undefined ? this.#view.state.camera.value : undefined;
    if (restored !== undefined) {
      // As it was before a reload.
      this.camera.isMoved = true;
      this.camera.place(keepInSight(restored, shown.picture, this.camera.pane));
      return;
    }
    if (before === undefined || !isSameKind) {
      this.#release();
      this.camera.place(this.#lookAt(shown));
      return;
    }
    if (before.picture === shown.picture) return;
    const keys = new Map(before.graph.nodes.map((node, index) => [node.key, index]));
    const old = keys.get(this.#getAnchor()) ?? 0;
    const now = Math.max(
      0,
      shown.graph.nodes.findIndex(node => node.key === before.graph.nodes[old]?.key),
    );
    const from = before.picture.nodes[old];
    const to = shown.picture.nodes[now];
    if (from !== undefined && to !== undefined) {
      const { goal } = this.camera;
      const { scale } = goal;
      this.camera.place(pan(goal, (from.x - to.x) * scale, (from.y - to.y) * scale));
    }
    const selection = this.#view.state.selection.value;
    const isMadeElsewhere =
      selection !== undefined && selection.by !== "graph" && selection.by !== "growth";
    if (!this.camera.isMoved) this.camera.glide(this.#lookAt(shown));
    else if (isMadeElsewhere) this.reveal(this.#model.findNode(selection.span));
    if (prefersStillness()) return;
    const { goal, pane } = this.camera;
    animateNodes(this.#view.renderRoot, before, shown, keys, at =>
      isInSight(goal, { ...at, ...shown.picture.node }, pane),
    );
  }

  #lookAt(shown: ShownGraph): Camera {
    if (this.#isWhole) return fitPicture(shown.picture, this.camera.pane);
    const selected = this.#model.findNode(this.#view.state.selection.value?.span);
    return firstLook(
      shown.picture,
      this.camera.pane,
      boxOf(shown, Math.max(0, selected)),
      shown.graph.nodes.length <= SMALL_NODES ? 1 : READABLE_SCALE,
    );
  }

  fit(): void {
    const shown = this.#model.shown.value;
    if (shown === undefined) return;
    this.#release();
    this.#isWhole = true;
    this.camera.glide(fitPicture(shown.picture, this.camera.pane));
  }

  /** The next picture is looked at anew. */
  forget(): void {
    this.#isWhole = false;
    this.#release();
  }

  /** From now on the camera follows the picture again. */
  #release(): void {
    this.camera.isMoved = false;
    this.#view.state.camera.set(undefined);
  }

  zoom(factor: number): void {
    const middle = { x: this.camera.pane.widthPx / 2, y: this.camera.pane.heightPx / 2 };
    this.#isWhole = false;
    this.camera.isMoved = true;
    this.camera.glide(zoomAt(this.camera.goal, middle, factor));
  }

  reveal(index: number): void {
    const shown = this.#model.shown.value;
    if (shown === undefined || shown.picture.nodes[index] === undefined) return;
    if (this.camera.pane.widthPx === 0) return;
    this.camera.glide(bringIntoSight(this.camera.value, boxOf(shown, index), this.camera.pane));
  }

  move(camera: Camera): void {
    const shown = this.#model.shown.value;
    if (shown === undefined) return;
    this.#isWhole = false;
    this.camera.moveByHand(camera, shown.picture);
  }

  /** Without a render: a pan is one attribute. */
  apply({ x, y, scale }: Camera = this.camera.value): void {
    const group = this.#view.renderRoot.querySelector(".camera");
    group?.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    group?.classList.toggle("far", scale < FAR_SCALE);
    group?.classList.toggle("tiny", scale < TINY_SCALE);
    // Names are placed anew only when the zoom changes: a pan stays one attribute.
    if (scale !== this.labelScale && Math.min(scale, this.labelScale) < FAR_SCALE) {
      this.#view.requestUpdate();
    }
    const map = this.#view.renderRoot.querySelector<SVGElement>(".minimap");
    const shown = this.#model.shown.value;
    if (map !== null && shown !== undefined) {
      const chosen = this.#model.findNode(this.#view.state.selection.value?.span);
      placeVisibleBox(map, { x, y, scale }, shown.picture, this.camera.pane, chosen);
    }
    const percent = this.#view.renderRoot.querySelector(".percent");
    if (percent !== null) percent.textContent = `${Math.round(scale * 100)} %`;
  }
}

function boxOf({ picture }: ShownGraph, index: number): Box {
  return { ...(picture.nodes[index] ?? { x: 0, y: 0 }), ...picture.node };
}

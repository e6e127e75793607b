/** The frame of the minimap is what the pane shows, and there is none where all is in sight. */

import { expect, test } from "vitest";
import { fitPicture } from "../../../webview/graph/camera.ts";
import { centerOn, chooseCorner, findVisibleBox } from "../../../webview/graph/graphMinimap.ts";

const pane = { widthPx: 400, heightPx: 200 };
const picture = { widthPx: 1_000, heightPx: 300 };

test("a picture that fits has no frame", () => {
  expect(findVisibleBox(fitPicture(picture, pane), picture, pane)).toBeUndefined();
  const small = { widthPx: 100, heightPx: 50 };
  expect(findVisibleBox({ x: 20, y: 20, scale: 1 }, small, pane)).toBeUndefined();
});

test("the frame is cut at the picture's edges", () => {
  expect(findVisibleBox({ x: 100, y: -150, scale: 1 }, picture, pane)).toEqual({
    x: 0,
    y: 150,
    widthPx: 300,
    heightPx: 150,
  });
});

test("a press has its point in the middle", () => {
  const camera = centerOn({ x: 0, y: 0, scale: 0.5 }, { x: 600, y: 200 }, pane);
  const seen = findVisibleBox(camera, picture, pane);
  expect(seen).toEqual({ x: 200, y: 0, widthPx: 800, heightPx: 300 });
});

/** Nodes of 100 × 40 in a picture of which the minimap is 120 pixels wide and 36 high. */
function place(...nodes: readonly (readonly [x: number, y: number])[]) {
  const node = { widthPx: 100, heightPx: 40 };
  return { ...picture, node, nodes: nodes.map(([x, y]) => ({ x, y })) };
}

const still = { x: 0, y: 0, scale: 1 };

test("it lies where no node is, and stays there as long as none comes", () => {
  const nodes = place([0, 0], [300, 140]);
  expect(chooseCorner(nodes, still, pane, 0)).toBe("top right");
  expect(chooseCorner(nodes, still, pane, 0, "bottom left")).toBe("bottom left");
  // Moved to the left and up by half: the second node has left its corner.
  expect(chooseCorner(nodes, { x: -150, y: -70, scale: 0.5 }, pane, 0)).toBe("bottom right");
});

test("where nodes fill all corners, only a roomy pane has it, and never over the chosen node", () => {
  const corners = (widthPx: number, heightPx: number) =>
    place([0, 0], [0, heightPx - 40], [widthPx - 100, 0], [widthPx - 100, heightPx - 40]);
  expect(chooseCorner(corners(400, 200), still, pane, 0)).toBeUndefined();
  const roomy = { widthPx: 700, heightPx: 500 };
  expect(chooseCorner(corners(700, 500), still, roomy, 0)).toBe("bottom right");
  expect(chooseCorner(corners(700, 500), still, roomy, 3)).toBe("top right");
});

test("a pane that is too low or too narrow for a corner has none", () => {
  expect(chooseCorner(place(), still, { widthPx: 400, heightPx: 108 }, 0)).toBe("bottom right");
  expect(chooseCorner(place(), still, { widthPx: 400, heightPx: 107 }, 0)).toBeUndefined();
  expect(chooseCorner(place(), still, { widthPx: 359, heightPx: 400 }, 0)).toBeUndefined();
});

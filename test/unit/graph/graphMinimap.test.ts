/** The frame of the minimap is what the pane shows, and there is none where all is in sight. */

import { expect, test } from "vitest";
import { fitPicture } from "../../../webview/graph/camera.ts";
import {
  centerOn,
  findVisibleBox,
  hasRoomForMinimap,
} from "../../../webview/graph/graphMinimap.ts";

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

test("a pane that is too low or too narrow for a corner has none", () => {
  // The minimap of this picture is 120 pixels wide and 36 high.
  expect(hasRoomForMinimap(picture, { widthPx: 400, heightPx: 108 })).toBe(true);
  expect(hasRoomForMinimap(picture, { widthPx: 400, heightPx: 107 })).toBe(false);
  expect(hasRoomForMinimap(picture, { widthPx: 359, heightPx: 400 })).toBe(false);
});

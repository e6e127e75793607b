/** What of the picture is seen: fitting, zooming, bringing into sight. And names cut to what fits. */

import { describe, expect, test } from "vitest";
import {
  firstLook,
  fitPicture,
  isInSight,
  keepInSight,
  reveal,
  zoomAt,
} from "../../../webview/graph/camera.ts";
import { fitText } from "../../../webview/kit/fitText.ts";

const pane = { widthPx: 840, heightPx: 440 };

describe("camera", () => {
  test("a small picture stands in the middle at its own size", () => {
    const camera = fitPicture({ widthPx: 200, heightPx: 40 }, pane);
    expect(camera).toEqual({ scale: 1, x: 320, y: 200 });
  });

  test.each([
    ["at the left edge", 0, 0, true],
    ["just left of it", -300.5, 0, false],
    ["with its last pixel", -299, 0, true],
    ["right of the pane", 1_580, 0, false],
    ["below it", 0, 860, false],
    ["in the last corner", 1_570, 850, true],
  ])("a node is in sight %s, or not", (_, x, y, isSeen) => {
    const node = { x, y, widthPx: 200, heightPx: 80 };
    expect(isInSight({ x: 50, y: 10, scale: 0.5 }, node, pane)).toBe(isSeen);
  });

  test("a large picture is seen whole", () => {
    const { scale, x, y } = fitPicture({ widthPx: 1_600, heightPx: 400 }, pane);
    expect({ scale, x, y }).toEqual({ scale: 0.5, x: 20, y: 120 });
  });

  test("the first look at one too large to read is readable and shows the node", () => {
    const node = { x: 3_000, y: 9_000, widthPx: 100, heightPx: 40 };
    const { scale, x, y } = firstLook({ widthPx: 4_000, heightPx: 10_000 }, pane, node, 0.5);
    expect(scale).toBe(0.5);
    expect(node.x * scale + x).toBeGreaterThan(0);
    expect((node.x + node.widthPx) * scale + x).toBeLessThan(pane.widthPx);
    expect(node.y * scale + y).toBeGreaterThan(0);
    expect((node.y + node.heightPx) * scale + y).toBeLessThan(pane.heightPx);
  });

  test("the first look into a narrow pane begins at the picture's top left", () => {
    const narrow = { widthPx: 360, heightPx: 600 };
    const picture = { widthPx: 1_000, heightPx: 300 };
    const look = (x: number): unknown =>
      firstLook(picture, narrow, { x, y: 100, widthPx: 160, heightPx: 44 }, 0.75);
    expect(look(0)).toEqual({ scale: 0.75, x: 20, y: 20 });
    // A node further on is seen whole, and no more of what stands before it is lost than that takes.
    expect(look(400)).toEqual({ scale: 0.75, x: -80, y: 20 });
    // Of one wider than the pane the beginning is seen.
    const wide = { x: 400, y: 100, widthPx: 600, heightPx: 44 };
    expect(firstLook(picture, narrow, wide, 0.75)).toEqual({ scale: 0.75, x: -280, y: 20 });
  });

  test("what lies under the pointer stays there when zooming", () => {
    const at = { x: 300, y: 100 };
    const before = { scale: 0.5, x: 20, y: 30 };
    const after = zoomAt(before, at, 1.7);
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
  });

  test("a node in sight moves nothing, one outside just enough", () => {
    const camera = { scale: 1, x: 0, y: 0 };
    const box = { x: 400, y: 200, widthPx: 100, heightPx: 44 };
    expect(reveal(camera, box, pane)).toEqual(camera);
    expect(reveal(camera, { ...box, x: 900 }, pane)).toEqual({ scale: 1, x: -200, y: 0 });
  });

  test("the picture cannot be lost", () => {
    const camera = keepInSight(
      { scale: 1, x: 5_000, y: -5_000 },
      { widthPx: 300, heightPx: 300 },
      pane,
    );
    expect(camera).toEqual({ scale: 1, x: 780, y: -240 });
  });
});

describe("names", () => {
  const measure = (text: string): number => text.length;
  test.each([
    ["charge", 10, "charge"],
    ["app.tasks.payments.charge_card", 16, "app.ta…arge_card"],
    ["app", 1, "…"],
    ["", 5, ""],
  ])("%s in %d is %s", (text, width, expected) => {
    const fitted = fitText(text, width, measure);
    expect(fitted.length).toBeLessThanOrEqual(Math.max(width, 2));
    if (width > 1) expect(fitted).toBe(expected);
  });

  test("a megabyte of name is not measured whole", () => {
    let longest = 0;
    fitText("x".repeat(1_000_000), 50, text => {
      longest = Math.max(longest, text.length);
      return text.length;
    });
    expect(longest).toBeLessThan(1_000);
  });
});

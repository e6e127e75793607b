/** Which part of the picture is seen, and how large. Pure. */

import { READABLE_SCALE, type Point, type Size } from "./picture.ts";

/** A point of the picture lies on the screen at `point * scale + offset`. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Box extends Point, Size {}

const SMALLEST_SCALE = 0.05;
const LARGEST_SCALE = 3;
const MARGIN_PX = 20;

/** The whole picture in the middle, never larger than life. */
export function fitPicture(picture: Size, pane: Size): Camera {
  const scale = Math.min(1, scaleToFit(picture, pane));
  return {
    scale,
    x: (pane.widthPx - picture.widthPx * scale) / 2,
    y: (pane.heightPx - picture.heightPx * scale) / 2,
  };
}

/**
 * The first look: the whole picture where its words can be read, else its beginning at the smallest size that can be
 * read, moved as far as it takes to see one node.
 */
export function firstLook(picture: Size, pane: Size, around: Box, readableScale: number): Camera {
  const whole = fitPicture(picture, pane);
  const scale =
    whole.scale >= READABLE_SCALE ? whole.scale : Math.max(whole.scale, Math.min(1, readableScale));
  const place = (paneLength: number, length: number, at: number, size: number): number => {
    if (length * scale <= paneLength - 2 * MARGIN_PX) return (paneLength - length * scale) / 2;
    // From the picture's beginning on, and no further than the node asks; its own beginning matters most.
    const toShowEnd = paneLength - MARGIN_PX - (at + size) * scale;
    return Math.max(MARGIN_PX - at * scale, Math.min(MARGIN_PX, toShowEnd));
  };
  const x = place(pane.widthPx, picture.widthPx, around.x, around.widthPx);
  const y = place(pane.heightPx, picture.heightPx, around.y, around.heightPx);
  // In the middle of a tall pane a graph would float; the eye begins at the top.
  return { scale, x, y: pane.heightPx > pane.widthPx ? Math.min(y, MARGIN_PX) : y };
}

/** Zooms so that what lies under the point stays under it. */
export function zoomAt(camera: Camera, at: Point, factor: number): Camera {
  const scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, camera.scale * factor));
  const grown = scale / camera.scale;
  return { scale, x: at.x - (at.x - camera.x) * grown, y: at.y - (at.y - camera.y) * grown };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** The smallest move that brings the box wholly into the pane. */
export function reveal(camera: Camera, box: Box, pane: Size): Camera {
  const move = (start: number, length: number, paneLength: number): number => {
    const room = Math.min(MARGIN_PX * 2, Math.max(0, (paneLength - length) / 2));
    if (start < room) return room - start;
    return Math.min(0, paneLength - room - (start + length));
  };
  const { scale } = camera;
  return pan(
    camera,
    move(box.x * scale + camera.x, box.widthPx * scale, pane.widthPx),
    move(box.y * scale + camera.y, box.heightPx * scale, pane.heightPx),
  );
}

export function isInSight(camera: Camera, { x, y, widthPx, heightPx }: Box, pane: Size): boolean {
  const reaches = (start: number, length: number, paneLength: number): boolean =>
    start + length * camera.scale > 0 && start < paneLength;
  return (
    reaches(x * camera.scale + camera.x, widthPx, pane.widthPx) &&
    reaches(y * camera.scale + camera.y, heightPx, pane.heightPx)
  );
}

/** Some of the picture always stays in sight. */
export function keepInSight(camera: Camera, picture: Size, pane: Size): Camera {
  const keepPx = 60;
  const clamp = (offset: number, length: number, paneLength: number): number =>
    Math.max(keepPx - length * camera.scale, Math.min(paneLength - keepPx, offset));
  return {
    scale: camera.scale,
    x: clamp(camera.x, picture.widthPx, pane.widthPx),
    y: clamp(camera.y, picture.heightPx, pane.heightPx),
  };
}

function scaleToFit(picture: Size, pane: Size): number {
  const fit = Math.min(
    (pane.widthPx - 2 * MARGIN_PX) / picture.widthPx,
    (pane.heightPx - 2 * MARGIN_PX) / picture.heightPx,
  );
  return Math.max(SMALLEST_SCALE, fit);
}

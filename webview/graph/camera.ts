/** Which part of the picture is seen, and how large. Pure. */

import type { Point, Size } from "./picture.ts";

/** A point of the picture lies on the screen at `point * scale + offset`. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Box extends Point, Size {}

export const smallestScale = 0.05;
export const largestScale = 3;
const marginPx = 20;

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
 * The first look: the whole picture where its words can be read, else as much of it around one node as fits at the
 * smallest size that can be read.
 */
export function firstLook(picture: Size, pane: Size, around: Box, readableScale: number): Camera {
  if (scaleToFit(picture, pane) >= readableScale) return fitPicture(picture, pane);
  const place = (paneLength: number, length: number, at: number, size: number): number => {
    const whole = length * readableScale;
    if (whole <= paneLength - 2 * marginPx) return (paneLength - whole) / 2;
    // The node in the middle, but no empty space beyond the picture's own ends.
    const middle = paneLength / 2 - (at + size / 2) * readableScale;
    return Math.min(marginPx, Math.max(paneLength - marginPx - whole, middle));
  };
  return {
    scale: readableScale,
    x: place(pane.widthPx, picture.widthPx, around.x, around.widthPx),
    y: place(pane.heightPx, picture.heightPx, around.y, around.heightPx),
  };
}

/** What lies under the point stays under it. */
export function zoomAt(camera: Camera, at: Point, factor: number): Camera {
  const scale = Math.min(largestScale, Math.max(smallestScale, camera.scale * factor));
  const grown = scale / camera.scale;
  return { scale, x: at.x - (at.x - camera.x) * grown, y: at.y - (at.y - camera.y) * grown };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** The smallest move that brings the box wholly into the pane. */
export function reveal(camera: Camera, box: Box, pane: Size): Camera {
  const move = (start: number, length: number, paneLength: number): number => {
    const room = Math.min(marginPx * 2, Math.max(0, (paneLength - length) / 2));
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
    (pane.widthPx - 2 * marginPx) / picture.widthPx,
    (pane.heightPx - 2 * marginPx) / picture.heightPx,
  );
  return Math.max(smallestScale, fit);
}

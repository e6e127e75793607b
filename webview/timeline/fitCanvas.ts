/** Gives a canvas the device pixels that it covers, and its context CSS pixels to draw in. */
export function fitCanvas(ctx: CanvasRenderingContext2D, widthPx: number, heightPx: number): void {
  const { canvas } = ctx;
  const ratio = devicePixelRatio;
  const width = Math.round(widthPx * ratio);
  const height = Math.round(heightPx * ratio);
  // Setting a size clears the canvas, also where it is the same.
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
}

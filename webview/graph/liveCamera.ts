/** The camera over time: moved by hand at once, elsewhere in a short glide. Knows no node and no state. */

import { prefersStillness } from "../kit/theme.ts";
import { keepInSight, type Camera } from "./camera.ts";
import type { Size } from "./picture.ts";

/** How long a glide takes, in milliseconds. */
export const MOVE_MS = 180;

export class LiveCamera {
  pane: Size = { widthPx: 0, heightPx: 0 };
  /** Once moved by hand the camera is the user's. */
  isMoved = false;
  readonly #onChange: (camera: Camera) => void;
  #value: Camera = { x: 0, y: 0, scale: 1 };
  /** Where the glide that is under way leads. */
  #goal: Camera | undefined;
  #frame = 0;

  constructor(onChange: (camera: Camera) => void) {
    this.#onChange = onChange;
  }

  get value(): Camera {
    return this.#value;
  }

  /** Where it rests once its glide has ended. */
  get goal(): Camera {
    return this.#goal ?? this.#value;
  }

  /** Sets it, ends a glide and tells nobody: a render follows anyway. */
  place(camera: Camera): void {
    this.stop();
    this.#value = camera;
  }

  set(camera: Camera): void {
    this.place(camera);
    this.#onChange(camera);
  }

  moveByHand(camera: Camera, picture: Size): void {
    this.isMoved = true;
    this.set(keepInSight(camera, picture, this.pane));
  }

  glide(to: Camera): void {
    if (prefersStillness()) {
      this.set(to);
      return;
    }
    this.stop();
    this.#goal = to;
    const from = this.#value;
    const began = performance.now();
    const step = (now: number): void => {
      const share = Math.min(1, Math.max(0, (now - began) / MOVE_MS));
      const eased = 1 - (1 - share) ** 3;
      const mix = (a: number, b: number): number => a + (b - a) * eased;
      if (share === 1) {
        this.set(to);
        return;
      }
      this.#value = {
        x: mix(from.x, to.x),
        y: mix(from.y, to.y),
        scale: mix(from.scale, to.scale),
      };
      this.#onChange(this.#value);
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    this.#goal = undefined;
    cancelAnimationFrame(this.#frame);
  }
}

/**
 * The knowledge of an object that is kept with the object itself: found as fast as a property, and seen by nobody who
 * lists, copies, compares or prints the object. A `WeakMap` of a million objects would keep the garbage collector busy.
 */
export interface Stamp<T> {
  /** Stamps an object that has no stamp yet. */
  set(object: object, value: T): void;
  get(object: object): T | undefined;
}

/** Whatever a constructor answers with is what its heir adds a private field to: an object that is there already. */
const Existing = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

export function createStamp<T>(): Stamp<T> {
  class Stamped extends Existing {
    readonly #value: T;

    constructor(object: object, value: T) {
      super(object);
      this.#value = value;
    }

    static find(object: object): T | undefined {
      return #value in object ? object.#value : undefined;
    }
  }
  return {
    set(object, value) {
      // What is new is the field alone.
      new Stamped(object, value);
    },
    get: object => Stamped.find(object),
  };
}

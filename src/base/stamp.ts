/**
 * What is known of an object, kept with the object itself: found as fast as a property, and seen by nobody who lists,
 * copies, compares or prints the object. A `WeakMap` of a million objects would keep the garbage collector busy.
 */
export interface Stamp<T> {
  /** Of an object that has none yet. */
  set(object: object, value: T): void;
  get(object: object): T | undefined;
}

/** Lets a class add its private field to an object that is there. */
class Existing {
  constructor(object: object) {
    // eslint-disable-next-line no-constructor-return -- this is how a private field comes to an object of any kind
    return object;
  }
}

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
    set: (object, value) => void new Stamped(object, value),
    get: object => Stamped.find(object),
  };
}

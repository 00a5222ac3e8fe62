/** Space for decoded columns. */

/** Makes a list of doubles; what is in it is undefined. */
export type AllocateDoubles = (length: number) => Float64Array;

/** A list of its own. */
export const newDoubles: AllocateDoubles = (length) => new Float64Array(length);

const INITIAL_LENGTH = 8_192;

/**
 * Space that is used again and again: making and collecting a list for every column takes as long as
 * decoding it, and what is used again stays in the cache.
 */
export class DoublesArena {
  private space: Float64Array;
  private used = 0;

  constructor(length: number = INITIAL_LENGTH) {
    this.space = new Float64Array(length);
  }

  /** A part of the space; it holds until the next `reset`. */
  readonly allocate: AllocateDoubles = (length) => {
    if (this.used + length > this.space.length) {
      // Parts of the old space stay what they are.
      this.space = new Float64Array(2 * (this.used + length));
      this.used = 0;
    }
    this.used += length;
    return this.space.subarray(this.used - length, this.used);
  };

  /** Gives up all parts. */
  reset(): void {
    this.used = 0;
  }
}

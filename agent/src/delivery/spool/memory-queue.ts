/** Samples kept in memory while the disk cannot be written. */
import type { SpooledSample } from './record.js';

/** A queue bounded by bytes; the oldest samples are dropped first. */
export class MemoryQueue {
  private samples: SpooledSample[] = [];
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  get count(): number {
    return this.samples.length;
  }

  get bytes(): number {
    return this.length;
  }

  get oldest(): SpooledSample | undefined {
    return this.samples[0];
  }

  /** Oldest first. */
  all(): readonly SpooledSample[] {
    return this.samples;
  }

  /** Adds a sample; returns those that were dropped to make room for it. */
  push(sample: SpooledSample): SpooledSample[] {
    this.samples.push(sample);
    this.length += sample.json.length;
    const gone: SpooledSample[] = [];
    while (this.length > this.maxBytes && this.samples.length > 1) {
      const oldest = this.shift();
      if (oldest) gone.push(oldest);
    }
    return gone;
  }

  shift(): SpooledSample | undefined {
    const oldest = this.samples.shift();
    this.length -= oldest?.json.length ?? 0;
    return oldest;
  }

  retain(isKept: (sample: SpooledSample) => boolean): void {
    if (this.samples.length === 0) return;
    this.samples = this.samples.filter(isKept);
    this.length = this.samples.reduce((sum, { json }) => sum + json.length, 0);
  }
}

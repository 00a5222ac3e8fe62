/** The time, injected so that tests decide it. */
import { Injectable } from '@nestjs/common';

/** Wall-clock time. */
@Injectable()
export class Clock {
  /** Now, in epoch milliseconds. */
  now(): number {
    return Date.now();
  }
}

/** Seconds since boot, on macOS and Windows. */
import { uptime } from 'node:os';
import type { Collector, Reading } from './collector.js';

/** Uptime from one system call. */
export class Uptime implements Collector {
  readonly name = 'uptime';
  readonly provides = ['uptime'] as const;

  collect(): Reading {
    return { metrics: { uptime: Math.floor(uptime()) } };
  }
}

/** Group commit: every push waits for its commit, many pushes share one. */
import { UnavailableError } from '../../common/errors.js';
import type { Sample } from '../../domain-events/event-map.js';

/** What the queue needs of a store: durable when it resolves, answers the samples that were new. */
export type WriteSamples = (samples: readonly Sample[]) => Promise<Sample[]>;

/** Bounds of the queue. */
export interface WriteQueueLimits {
  /** Samples in one write, at most (a larger single push is written alone). */
  samplesPerWrite: number;
  /** Samples that may wait; past it pushes are refused. */
  waitingSamples: number;
  /** Writes under way at once. */
  concurrentWrites: number;
}

interface WaitingPush {
  samples: readonly Sample[];
  resolve(stored: readonly Sample[]): void;
  reject(error: unknown): void;
}

/**
 * Takes what has gathered while the last write was under way and writes it as one group. A push
 * resolves with those of its samples that were new, after they are durable; two samples of one
 * machine and timestamp are stored once, whichever request brought them.
 */
export class WriteQueue {
  private waiting: WaitingPush[] = [];
  private waitingCount = 0;
  private writesUnderWay = 0;
  private scheduled = false;
  private closed = false;
  private idleListeners: (() => void)[] = [];

  constructor(
    private readonly write: WriteSamples,
    private readonly limits: WriteQueueLimits,
    /** Called with every group's new samples after its commit, before the pushes are answered. */
    private readonly stored: (samples: Sample[]) => void,
  ) {}

  /** Samples that wait for a write. */
  get size(): number {
    return this.waitingCount;
  }

  /** Queues one push; throws UnavailableError when the queue is full or closing. */
  push(samples: readonly Sample[]): Promise<readonly Sample[]> {
    if (this.closed) {
      throw new UnavailableError('server.shutting_down', 'the server is shutting down');
    }
    if (this.waitingCount + samples.length > this.limits.waitingSamples) {
      throw new UnavailableError(
        'metrics.queue_full',
        'more samples are waiting than the database can take; push them again later',
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ samples, resolve, reject });
      this.waitingCount += samples.length;
      this.schedule();
    });
  }

  /** Refuses further pushes and waits until everything accepted is written or refused. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.waiting.length > 0 || this.writesUnderWay > 0) {
      await new Promise<void>((resolve) => this.idleListeners.push(resolve));
    }
  }

  /** Lets the pushes that arrive in this turn of the event loop join the group. */
  private schedule(): void {
    if (!this.scheduled && this.writesUnderWay < this.limits.concurrentWrites) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.startWrite();
      });
    }
  }

  private startWrite(): void {
    const group = this.takeGroup();
    if (group.length === 0) {
      return;
    }
    this.writesUnderWay++;
    void this.writeGroup(group).then(() => this.wrote());
    if (this.waiting.length > 0) {
      this.schedule();
    }
  }

  private wrote(): void {
    this.writesUnderWay--;
    if (this.waiting.length > 0) {
      this.schedule();
    } else if (this.writesUnderWay === 0) {
      for (const listener of this.idleListeners.splice(0)) {
        listener();
      }
    }
  }

  private takeGroup(): WaitingPush[] {
    let count = 0;
    let pushes = 0;
    for (const { samples } of this.waiting) {
      if (pushes > 0 && count + samples.length > this.limits.samplesPerWrite) {
        break;
      }
      count += samples.length;
      pushes++;
    }
    this.waitingCount -= count;
    return this.waiting.splice(0, pushes);
  }

  /** Never rejects: every push of the group is answered. */
  private async writeGroup(group: WaitingPush[]): Promise<void> {
    const failure = await this.tryWrite(group);
    if (failure === null) {
      return;
    }
    if (group.length === 1 || failure instanceof UnavailableError) {
      refuse(group, failure);
      return;
    }
    // One push that the database refuses must not take the others of its group along.
    for (const [index, push] of group.entries()) {
      const alone = await this.tryWrite([push]);
      if (alone instanceof UnavailableError) {
        refuse(group.slice(index), alone);
        return;
      }
      if (alone !== null) {
        refuse([push], alone);
      }
    }
  }

  /** Writes and answers a group, or tells what went wrong, its pushes unanswered. */
  private async tryWrite(group: readonly WaitingPush[]): Promise<unknown> {
    try {
      const stored = await this.write(distinct(group));
      this.stored(stored);
      answer(group, stored);
      return null;
    } catch (error) {
      return error ?? new Error('a write failed without a reason');
    }
  }
}

function refuse(group: readonly WaitingPush[], error: unknown): void {
  for (const push of group) {
    push.reject(error);
  }
}

/** The group's samples, each machine and timestamp once; the first mention counts. */
function distinct(group: readonly WaitingPush[]): Sample[] {
  const samples =
    group.length === 1 ? [...(group[0]?.samples ?? [])] : group.flatMap((push) => push.samples);
  return isEachMachineInOrder(samples) ? samples : withoutRepetitions(samples);
}

/** The usual case, in which no sample can be there twice: every machine's times only grow. */
function isEachMachineInOrder(samples: readonly Sample[]): boolean {
  const newest = new Map<number, number>();
  for (const { machineKey: machine, timestamp } of samples) {
    if (timestamp <= (newest.get(machine) ?? Number.NEGATIVE_INFINITY)) {
      return false;
    }
    newest.set(machine, timestamp);
  }
  return true;
}

function withoutRepetitions(samples: readonly Sample[]): Sample[] {
  const seen = new Map<number, Set<number>>();
  return samples.filter(({ machineKey: machine, timestamp }) => {
    const times = seen.get(machine) ?? new Set();
    seen.set(machine, times);
    return times.size < times.add(timestamp).size;
  });
}

function answer(group: readonly WaitingPush[], stored: readonly Sample[]): void {
  const count = group.reduce((sum, push) => sum + push.samples.length, 0);
  if (stored.length === count) {
    for (const push of group) {
      push.resolve(push.samples);
    }
    return;
  }
  const isNew = new Set(stored);
  for (const push of group) {
    push.resolve(push.samples.filter((sample) => isNew.has(sample)));
  }
}

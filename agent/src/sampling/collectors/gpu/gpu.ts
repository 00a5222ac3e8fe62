/** Graphics cards of all vendors in one collector. */
import { Unavailable, type UnavailableKind } from '../../../shared/errors.js';
import type { Collector, Reading } from '../collector.js';
import { type GpuCard, type GpuSource, gpuReading, NO_CARD } from './gpu-reading.js';

/** The reason to report if several sources have no card. */
const GRAVEST: readonly UnavailableKind[] = ['failed', 'not_permitted', 'tool_missing', 'not_yet'];

const LOOK_AGAIN_MS = 30_000;

/** Reads all sources; one that fails does not hide the cards of the others. */
export class Gpu implements Collector {
  readonly name = 'gpu';
  readonly provides = ['gpu', 'gpu_memory'] as const;

  /** Most machines have no card: the sources are then read less often. */
  private none: { error: Unavailable; untilMs: number } | null = null;

  constructor(private readonly sources: readonly GpuSource[]) {}

  collect(nowMs: number): Promise<Reading> {
    if (this.none && nowMs < this.none.untilMs) throw this.none.error;
    return this.askAll(nowMs);
  }

  resume({ sources }: Gpu): void {
    this.sources.forEach((source, index) => {
      const earlier = sources[index];
      if (earlier) source.resume?.(earlier);
    });
  }

  close(): void {
    for (const source of this.sources) source.close?.();
  }

  private async askAll(nowMs: number): Promise<Reading> {
    const cards: GpuCard[] = [];
    const problems: Unavailable[] = [];
    const asked = await Promise.allSettled(this.sources.map(async (source) => source.cards(nowMs)));
    for (const answer of asked) {
      if (answer.status === 'fulfilled') cards.push(...answer.value);
      else if (answer.reason instanceof Unavailable) problems.push(answer.reason);
      else throw answer.reason;
    }
    if (cards.length === 0 && problems.every(({ message }) => message === NO_CARD)) {
      const error = new Unavailable('not_on_this_machine', NO_CARD);
      this.none = { error, untilMs: nowMs + LOOK_AGAIN_MS };
      throw error;
    }
    return summary(cards, problems);
  }
}

function summary(cards: readonly GpuCard[], problems: readonly Unavailable[]): Reading {
  if (cards.length > 0) return gpuReading(cards);
  for (const kind of GRAVEST) {
    const problem = problems.find((candidate) => candidate.kind === kind);
    if (problem) throw problem;
  }
  const told = problems.find(({ message }) => message !== NO_CARD);
  throw told ?? new Unavailable('not_on_this_machine', NO_CARD);
}

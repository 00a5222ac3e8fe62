/** Chooses tier and step of a history query: the finest that the range and the points allow. */
import { TIER_BUCKET_MS, type Tier } from '../../contracts/index.js';

/** Steps that people can read, in milliseconds; beyond a day, whole days. */
const STEPS_MS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400,
  21_600, 43_200, 86_400,
].map((seconds) => seconds * 1_000);

const DAY_MS = 86_400_000;

/** A range on the step's grid: `from` inclusive, `to` exclusive, epoch milliseconds. */
export interface Resolution {
  tier: Tier;
  stepMs: number;
  from: number;
  to: number;
}

/** What the choice depends on; times in epoch milliseconds. */
export interface ResolutionRequest {
  from: number;
  to: number;
  points: number;
  /** How often samples come: a finer raw step would only show holes between them. */
  intervalMs: number;
  /** Oldest time that each tier still holds. */
  oldest: Record<Tier, number>;
}

/**
 * Tier, step and aligned range of at most `points` steps, and one more where the range begins and
 * ends inside a step: a coarser step would cost more than the point.
 */
export function chooseResolution(request: ResolutionRequest): Resolution {
  const { from, to, points } = request;
  const wanted = Math.max((to - from) / points, 1);
  const tier = chooseTier(request, wanted);
  const finest = tier === 'raw' ? request.intervalMs : TIER_BUCKET_MS[tier];
  const stepMs = niceStep(Math.max(wanted, finest));
  return {
    tier,
    stepMs,
    from: Math.floor(from / stepMs) * stepMs,
    to: Math.ceil(to / stepMs) * stepMs,
  };
}

function chooseTier({ from, oldest }: ResolutionRequest, wantedMs: number): Tier {
  if (wantedMs < TIER_BUCKET_MS['1m'] && from >= oldest.raw) {
    return 'raw';
  }
  if (wantedMs < TIER_BUCKET_MS['1h'] && from >= oldest['1m']) {
    return '1m';
  }
  return '1h';
}

function niceStep(atLeastMs: number): number {
  const step = STEPS_MS.find((candidate) => candidate >= atLeastMs);
  return step ?? Math.ceil(atLeastMs / DAY_MS) * DAY_MS;
}

/** A machine's history over a range. Live samples are appended if the range ends now. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { MachineSummary, StoredSample, Tier } from '../../../src/contracts/index.js';
import { fetchHistory } from '../shared/api/machines.js';
import type { ChartMark } from '../shared/charts/chart-marks.js';
import { type Comparison, withComparison } from '../shared/charts/comparison.js';
import {
  boundsOf,
  isLive,
  pointsFor,
  rangeKeyOf,
  refetchEvery,
  type TimeRange,
} from '../shared/charts/ranges.js';
import {
  EMPTY_TIMELINE,
  pushSample,
  startingAt,
  type Timeline,
  timelineOf,
  withGaps,
  withLive,
} from '../shared/charts/timeline.js';
import { serverNow, useServerNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { CHARTED_METRICS } from './chart-groups.js';
import { eventsIn, gapsOf, historyMarks, knownTimes, restartsOf } from './history-marks.js';
import { type PresenceSpan, presenceSpans } from './presence-spans.js';
import { useEarlier } from './use-earlier.js';

/** Uptime has no chart, but shows restarts. */
const METRICS = [...CHARTED_METRICS, 'uptime'] as const;
/**
 * One hour at one sample a second, and some more: what is missing between the history from the
 * server and the oldest one must lie before every live range.
 */
const LIVE_SAMPLES = 4_000;
const MOVE_EVERY_MS = 2_000;
/** Missing data for more than this many intervals is shown as a gap. */
const GAP_INTERVALS = 3;

/** The data of the charts. */
export interface HistoryState {
  timeline: Timeline;
  /** Restarts and gaps. */
  marks: ChartMark[];
  restarts: readonly number[];
  presence: PresenceSpan[];
  from: number;
  to: number;
  /** The resolution of the response shown; `null` until the first one arrives. */
  resolution: { tier: Tier; stepSeconds: number } | null;
  /** Nothing was received at the time with which the range is compared. */
  nothingBefore: boolean;
  loading: boolean;
  error: Error | null;
}

/** Fetches the range and follows it while the component is mounted. */
export function useHistory(
  machine: MachineSummary,
  range: TimeRange,
  comparison: Comparison | null,
  chartWidth: number,
): HistoryState {
  const { api } = useServices();
  const { machine_id: id, interval_seconds: interval } = machine;
  const samples = useLiveSamples(id);
  const live = isLive(range);
  const now = useServerNow(MOVE_EVERY_MS);
  const current = boundsOf(range, now);
  const points = pointsFor(current.to - current.from, interval, chartWidth);

  const { data, error, isFetching } = useQuery({
    queryKey: ['history', id, rangeKeyOf(range), points],
    queryFn: async ({ signal }) => {
      const bounds = boundsOf(range, serverNow());
      const history = await fetchHistory(api, id, { ...bounds, points }, METRICS, signal);
      return { history, bounds };
    },
    enabled: chartWidth > 0,
    placeholderData: keepPreviousData,
    refetchInterval: refetchEvery(range),
    refetchOnWindowFocus: !live,
    staleTime: live ? Number.POSITIVE_INFINITY : 30_000,
    gcTime: live ? 0 : 300_000,
  });

  const { from, to } = live || data === undefined ? current : data.bounds;
  const earlier = useEarlier({
    key: ['history', id],
    load: (query, signal) => fetchHistory(api, id, query, METRICS, signal),
    range,
    comparison,
    from,
    to,
    points,
    enabled: chartWidth > 0,
  });
  const past = useMemo(
    () => (earlier.history === undefined ? null : timelineOf(earlier.history.columns)),
    [earlier.history],
  );

  const whole = useMemo(() => {
    if (data === undefined) return null;
    const { columns, step_seconds } = data.history;
    const stored = timelineOf(columns);
    const known = live ? withLive(stored, samples, METRICS, data.bounds.from) : stored;
    const maxGapMs = GAP_INTERVALS * 1000 * Math.max(step_seconds, interval);
    return {
      timeline: withGaps(known, maxGapMs),
      known: knownTimes(known),
      restarts: restartsOf(known),
      gaps: gapsOf(known, maxGapMs),
      maxGapMs,
    };
  }, [data, samples, live, interval]);
  // A live range moves on from where it was when the history was fetched.
  const { timeline, facts, marks } = useMemo(() => {
    if (whole === null) return { timeline: EMPTY_TIMELINE, facts: null, marks: [] };
    const events = eventsIn(whole, from, to);
    return {
      timeline: live ? startingAt(whole.timeline, from) : whole.timeline,
      facts: { known: whole.known, maxGapMs: whole.maxGapMs, ...events },
      marks: historyMarks(events),
    };
  }, [whole, live, from, to]);

  const steps = [data?.history.step_seconds ?? 0, earlier.history?.step_seconds ?? 0, interval];
  const toleranceMs = (GAP_INTERVALS * 1000 * Math.max(...steps)) / 2;
  const compared = useMemo(
    () =>
      past === null
        ? timeline
        : withComparison(timeline, past, CHARTED_METRICS, {
            shiftMs: earlier.shiftMs,
            toleranceMs,
            from,
            to,
          }),
    [timeline, past, earlier.shiftMs, toleranceMs, from, to],
  );

  return {
    timeline: compared,
    marks,
    restarts: facts?.restarts ?? [],
    presence:
      facts === null
        ? []
        : presenceSpans({ ...facts, stoppedAt: stoppedAt(machine) }, from, Math.min(to, now)),
    from,
    to,
    resolution:
      data === undefined
        ? null
        : { tier: data.history.tier, stepSeconds: data.history.step_seconds },
    nothingBefore: past !== null && isEmpty(past),
    loading: isFetching,
    error: error ?? earlier.error,
  };
}

function stoppedAt({ status, last_seen_at }: MachineSummary): number | null {
  const hasStopped = status === 'stopped' || status === 'asleep';
  return hasStopped && last_seen_at !== null ? Date.parse(last_seen_at) : null;
}

function isEmpty({ columns }: Timeline): boolean {
  return Object.values(columns).every((column) => column?.every((value) => value === null));
}

function useLiveSamples(id: string): readonly StoredSample[] {
  const { feed } = useServices();
  const [samples, setSamples] = useState<readonly StoredSample[]>([]);
  useEffect(() => {
    setSamples([]);
    return feed.listen(id, (sample) => {
      setSamples((known) => pushSample(known, sample, LIVE_SAMPLES));
    });
  }, [feed, id]);
  return samples;
}

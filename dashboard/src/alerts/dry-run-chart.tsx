/** The history of what a rule watches on one machine, with when it would have fired. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  type AlertRuleDefinition,
  type DryRunAnswer,
  type DryRunMachine,
  formatDuration,
  type MachineSummary,
  type MetricName,
  subjectText,
  subjectUnit,
} from '../../../src/contracts/index.js';
import { fetchDeviceHistory, fetchHistory } from '../shared/api/machines.js';
import type { ChartMark } from '../shared/charts/chart-marks.js';
import type { ChartThreshold } from '../shared/charts/chart-options.js';
import { pointsFor } from '../shared/charts/ranges.js';
import { TimeChart } from '../shared/charts/time-chart.js';
import { type Timeline, timelineOf, withGaps } from '../shared/charts/timeline.js';
import { formatDayTime } from '../shared/format/time.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { CHART_PX, worstDevice } from './dry-run-data.js';

const GAP_INTERVALS = 3;
/** About as wide as the column beside the form. */
const WIDTH_PX = 480;
const STALE_MS = 60_000;

/** One line to draw. */
interface Line {
  label: string;
  key: string;
  timeline: Timeline;
  stepSeconds: number;
  averages: boolean;
  device: string | null;
}

/** `fired` is what the dry run says of the machine; absent if it would not have fired there. */
export function DryRunChart(props: {
  rule: AlertRuleDefinition;
  answer: DryRunAnswer;
  machine: MachineSummary;
  fired: DryRunMachine | undefined;
}) {
  const { rule, answer, machine, fired } = props;
  const from = Date.parse(answer.from);
  const to = Date.parse(answer.to);
  const { data: line, error } = useLine(props, from, to);
  const timeline = useMemo(() => {
    if (line === undefined || line === null) return null;
    const gap = GAP_INTERVALS * 1000 * Math.max(line.stepSeconds, machine.interval_seconds);
    return withGaps(line.timeline, gap);
  }, [line, machine.interval_seconds]);
  if (error !== null) return <Notice kind="error">{error.message}</Notice>;
  if (line === null) return <Notice kind="info">{machine.machine_name} has no such device.</Notice>;
  if (line === undefined || timeline === null) {
    return <Skeleton height={CHART_PX} animate={false} />;
  }
  const series = [{ key: line.key, label: line.label, color: '--series-1' }];
  return (
    <TimeChart
      title={machine.machine_name}
      series={series}
      unit={rule.metric === 'offline' ? 'percent' : (subjectUnit(rule) ?? 'count')}
      timeline={timeline}
      from={from}
      to={to}
      band={line.averages}
      syncKey="dry-run"
      marks={marksOf(fired, line.device, rule)}
      thresholds={thresholdsOf(rule)}
      onSelect={() => undefined}
    />
  );
}

function useLine(
  props: { rule: AlertRuleDefinition; machine: MachineSummary; fired: DryRunMachine | undefined },
  from: number,
  to: number,
) {
  const { rule, machine, fired } = props;
  const { api } = useServices();
  const { machine_id: id, interval_seconds } = machine;
  const points = pointsFor(to - from, interval_seconds, WIDTH_PX);
  const { metric, device } = rule;
  return useQuery<Line | null>({
    queryKey: ['dry-run', 'history', id, metric, device, from, to, fired],
    queryFn: async ({ signal }) => {
      if (device === null) {
        // A machine that is silent shows by what is missing of what every machine has.
        const key = metric === 'offline' ? 'cpu' : (metric as MetricName);
        const history = await fetchHistory(api, id, { from, to, points }, [key], signal);
        const label = subjectText({ metric: key, device: null });
        return { ...lineOf(history, timelineOf(history.columns), key), label, device: null };
      }
      const range = { from, to, points };
      const history = await fetchDeviceHistory(api, id, device.kind, range, signal);
      const worst = worstDevice(rule, fired, history, to);
      if (worst === null) return null;
      const { name, columns } = worst;
      const timeline = { timestamp: history.timestamp, columns };
      const label = subjectText({ metric, device: { ...device, name } });
      return { ...lineOf(history, timeline, metric), label, device: name };
    },
    // Not the line of another machine or metric, which the chart would show under the wrong name.
    placeholderData: (previous, query) =>
      query?.queryKey[2] === id && query.queryKey[3] === metric ? previous : undefined,
    staleTime: STALE_MS,
  });
}

function lineOf(
  { tier, step_seconds }: { tier: string; step_seconds: number },
  timeline: Timeline,
  key: string,
) {
  return { key, timeline, stepSeconds: step_seconds, averages: tier !== 'raw' };
}

function marksOf(
  machine: DryRunMachine | undefined,
  device: string | null,
  rule: AlertRuleDefinition,
): ChartMark[] {
  return (machine?.alerts ?? [])
    .filter((alert) => alert.device === null || alert.device.name === device)
    .map(({ fired_at, resolved_at }) => {
      const from = Date.parse(fired_at);
      const to = resolved_at === null ? null : Date.parse(resolved_at);
      const lasted = to === null ? 'until now' : `for ${formatDuration((to - from) / 1000)}`;
      const label = `Would have fired ${formatDayTime(fired_at)} ${lasted}`;
      return { kind: 'alert', from, to, label, severity: rule.severity };
    });
}

function thresholdsOf(rule: AlertRuleDefinition): ChartThreshold[] {
  if (rule.metric === 'offline') return [];
  const fires = { value: rule.threshold, label: 'Fires', color: '--hot-bar' };
  if (rule.clear_threshold === null) return [fires];
  return [fires, { value: rule.clear_threshold, label: 'Ends', color: '--ok-dot' }];
}

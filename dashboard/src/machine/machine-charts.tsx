/** The charts of a machine over one range, with a shared cursor. */

import { Button, SegmentedControl, Stack, Text } from '@mantine/core';
import type { MachineSummary, Tier } from '../../../src/contracts/index.js';
import { before, RANGES, type TimeRange, zoomed } from '../shared/charts/ranges.js';
import { TimeChart } from '../shared/charts/time-chart.js';
import { formatDateTime, formatStep } from '../shared/format/time.js';
import { Notice } from '../shared/ui/notice.js';
import { chartsFor } from './chart-groups.js';
import classes from './machine-page.module.css';
import { type HistoryState, useHistory } from './use-history.js';
import { useMarks } from './use-marks.js';

const TIER_TEXT: Record<Tier, string> = {
  raw: 'samples as received',
  '1m': 'averages by the minute',
  '1h': 'averages by the hour',
};

/** The range buttons, and one chart for each group of metrics that has data. */
export function MachineCharts(props: {
  machine: MachineSummary;
  range: TimeRange;
  onRange: (range: TimeRange) => void;
}) {
  const { machine, range, onRange } = props;
  const history = useHistory(machine, range);
  const marks = useMarks(machine.machine_id, history, onRange);
  const { timeline, from, to, resolution, error } = history;
  const charts = chartsFor(timeline);
  const lastHeard = machine.last_seen_at === null ? null : Date.parse(machine.last_seen_at);
  return (
    <section aria-label="History">
      <div className={classes.rangeBar}>
        <RangeChoice range={range} onRange={onRange} />
        <span className={classes.resolution}>{resolutionText(history)}</span>
      </div>
      {error !== null && (
        <Notice kind="error" mb="sm">
          {error.message}
        </Notice>
      )}
      <div className={classes.charts}>
        {charts.map(({ title, unit, series }) => (
          <TimeChart
            key={title}
            title={title}
            unit={unit}
            series={series}
            timeline={timeline}
            from={from}
            to={to}
            band={resolution !== null && resolution.tier !== 'raw'}
            marks={marks}
            syncKey={`machine-${machine.machine_id}`}
            onSelect={(start, end) => onRange(zoomed(start, end))}
          />
        ))}
      </div>
      {resolution !== null && charts.length === 0 && (
        <Stack align="center" py={40} className="panel">
          <Text c="dimmed">Nothing was received in this time.</Text>
          {lastHeard !== null && lastHeard < from && (
            <Button size="xs" variant="default" onClick={() => onRange(before(lastHeard))}>
              Show the 15 minutes before it fell silent
            </Button>
          )}
        </Stack>
      )}
    </section>
  );
}

function RangeChoice({ range, onRange }: { range: TimeRange; onRange: (next: TimeRange) => void }) {
  const chosen = range.kind === 'last' ? range.id : 'fixed';
  return (
    <>
      <SegmentedControl
        bg="var(--segment)"
        size="xs"
        aria-label="Range"
        data={RANGES.map(({ id, label }) => ({ value: id, label }))}
        value={chosen}
        onChange={(value) => onRange(RANGES.find(({ id }) => id === value) ?? RANGES[0])}
      />
      {range.kind === 'fixed' && (
        <>
          <Text size="sm">
            {formatDateTime(range.from)} – {formatDateTime(range.to)}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => onRange(RANGES[0])}>
            Back to live
          </Button>
        </>
      )}
    </>
  );
}

function resolutionText({ resolution, loading }: HistoryState): string {
  if (resolution === null) return 'Loading…';
  const { tier, stepSeconds } = resolution;
  const band = tier === 'raw' ? '' : ', band from lowest to highest';
  return `A point each ${formatStep(stepSeconds)}, ${TIER_TEXT[tier]}${band}${loading ? ' …' : ''}`;
}

/** The history of a machine over one range: charts of its metrics and of its devices. */
import { Button, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { MachineSummary, Tier } from '../../../src/contracts/index.js';
import { RangeBar } from '../shared/charts/range-bar.js';
import { before } from '../shared/charts/ranges.js';
import { useChartAddress } from '../shared/charts/use-chart-address.js';
import { formatStep } from '../shared/format/time.js';
import { Notice } from '../shared/ui/notice.js';
import { chartsFor } from './chart-groups.js';
import { ExportMenu } from './export-menu.js';
import classes from './machine-page.module.css';
import { MachineSection } from './machine-section.js';
import { PresenceStrip } from './presence-strip.js';
import { SECTIONS } from './sections.js';
import { chartWidthIn, type SharedAxis } from './shared-axis.js';
import { type HistoryState, useHistory } from './use-history.js';
import { useMarks } from './use-marks.js';

const TIER_TEXT: Record<Tier, string> = {
  raw: 'samples as received',
  '1m': 'averages by the minute',
  '1h': 'averages by the hour',
};

/** The range of the page and everything that follows it. */
export function MachineHistory({ machine }: { machine: MachineSummary }) {
  const address = useChartAddress();
  const { ref, width } = useElementSize();
  const chartWidth = chartWidthIn(width);
  const history = useHistory(machine, address.range, address.comparison, chartWidth);
  const marks = useMarks(machine.machine_id, history, address);
  const axis: SharedAxis = { machine, address, marks, chartWidth };
  const { timeline, from, resolution, error } = history;
  const isEmpty = resolution !== null && chartsFor(timeline).length === 0;
  const lastHeard = machine.last_seen_at === null ? null : Date.parse(machine.last_seen_at);
  return (
    <div ref={ref}>
      <section aria-label="History">
        <RangeBar address={address}>
          <ExportMenu machine={machine} history={history} />
          <span className={classes.resolution}>{resolutionText(history)}</span>
        </RangeBar>
        <PresenceStrip spans={history.presence} restarts={history.restarts.length} />
        {error !== null && (
          <Notice kind="error" mb="sm">
            {error.message}
          </Notice>
        )}
        {isEmpty && (
          <Stack align="center" py={40} className="panel">
            <Text c="dimmed">Nothing was received in this time.</Text>
            {lastHeard !== null && lastHeard < from && (
              <Button size="xs" variant="default" onClick={() => address.show(before(lastHeard))}>
                Show the 15 minutes before it fell silent
              </Button>
            )}
          </Stack>
        )}
      </section>
      {SECTIONS.map((section) => (
        <MachineSection key={section.id} section={section} axis={axis} history={history} />
      ))}
    </div>
  );
}

function resolutionText({ resolution, nothingBefore, loading }: HistoryState): string {
  if (resolution === null) return 'Loading…';
  const { tier, stepSeconds } = resolution;
  const band = tier === 'raw' ? '' : ', band from lowest to highest';
  const compared = nothingBefore ? ', nothing is stored to compare with' : '';
  const step = formatStep(stepSeconds);
  return `A point each ${step}, ${TIER_TEXT[tier]}${band}${compared}${loading ? ' …' : ''}`;
}

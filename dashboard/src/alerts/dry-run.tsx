/** When the rule in the form would have fired on the history that is stored, as one types. */
import { SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import {
  type AlertRuleDefinition,
  type DryRunAnswer,
  formatDuration,
  type MachineSummary,
} from '../../../src/contracts/index.js';
import { dryRunRule } from '../shared/api/alerts.js';
import { serverNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import classes from './dry-run.module.css';
import {
  CHART_PX,
  coveredMachines,
  DRY_RUN_RANGES,
  dryRunRuleOf,
  worstFirst,
} from './dry-run-data.js';
import { counted } from './words.js';

/** With uPlot, which nothing else on the alert pages needs. */
const DryRunChart = lazy(async () => ({
  default: (await import('./dry-run-chart.js')).DryRunChart,
}));

/** Typing goes on for so long before the server is asked. */
const DEBOUNCE_MS = 500;
const STALE_MS = 60_000;
const MACHINES_NAMED = 5;

type RangeId = (typeof DRY_RUN_RANGES)[number]['value'];

/** `definition` is the rule in the form; `fault` says why it cannot be tried yet. */
export function DryRun(props: {
  definition: AlertRuleDefinition;
  fault: string | null;
  machines: readonly MachineSummary[];
}) {
  const { definition, fault, machines } = props;
  const [rangeId, setRangeId] = useState<RangeId>('24h');
  const wanted = fault !== null ? null : JSON.stringify(dryRunRuleOf(definition));
  const [asked] = useDebouncedValue(wanted, DEBOUNCE_MS);
  const { data, error, isFetching } = useDryRun(asked, rangeId);
  const behind = isFetching || asked !== wanted;
  return (
    <section className={classes.panel} aria-labelledby="dry-run-title">
      <div className={classes.top}>
        <h3 id="dry-run-title" className={classes.title}>
          On the real history
        </h3>
        <SegmentedControl
          size="xs"
          bg="var(--segment)"
          aria-label="Time to look back"
          data={DRY_RUN_RANGES.map(({ value, label }) => ({ value, label }))}
          value={rangeId}
          onChange={(value) => setRangeId(value as RangeId)}
        />
      </div>
      {error !== null && <Notice kind="error">{error.message}</Notice>}
      {wanted === null && (
        <Text size="sm" c="dimmed">
          {fault}
        </Text>
      )}
      {wanted !== null && data === undefined && error === null && <Loading />}
      {wanted !== null && data !== undefined && error === null && (
        <div className={classes.result} data-behind={behind || undefined} aria-busy={behind}>
          <Result rule={data.rule} answer={data.answer} machines={machines} />
        </div>
      )}
    </section>
  );
}

/** The answer with the rule that it is about. A newer question cancels the one before. */
function useDryRun(asked: string | null, rangeId: RangeId) {
  const { api } = useServices();
  return useQuery({
    queryKey: ['dry-run', asked, rangeId],
    queryFn: async ({ signal }) => {
      const rule = JSON.parse(asked ?? '') as AlertRuleDefinition;
      const ms = DRY_RUN_RANGES.find(({ value }) => value === rangeId)?.ms ?? 0;
      const now = serverNow();
      return { rule, answer: await dryRunRule(api, rule, now - ms, now, signal) };
    },
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

function Result(props: {
  rule: AlertRuleDefinition;
  answer: DryRunAnswer;
  machines: readonly MachineSummary[];
}) {
  const { rule, answer, machines } = props;
  const [chosenId, setChosenId] = useState<string | null>(null);
  const fired = worstFirst(answer);
  const covered = coveredMachines(rule, machines);
  const shownId = fired.some(({ machine_id }) => machine_id === chosenId)
    ? chosenId
    : (fired[0]?.machine_id ?? covered[0]?.machine_id);
  const machine = machines.find(({ machine_id }) => machine_id === shownId);
  return (
    <>
      <p className={classes.verdict} role="status">
        {verdict(answer)}
      </p>
      {fired.length > 0 && (
        <ul className={classes.machines} aria-label="Machines on which it would have fired">
          {fired.slice(0, MACHINES_NAMED).map(({ machine_id, machine_name, ...of }) => (
            <li key={machine_id}>
              <button
                type="button"
                className={classes.machine}
                aria-pressed={machine_id === shownId}
                onClick={() => setChosenId(machine_id)}
              >
                <span>{machine_name}</span>
                <span className={classes.dim}>
                  {of.fired}×, {formatDuration(of.firing_seconds)}
                </span>
              </button>
            </li>
          ))}
          {fired.length > MACHINES_NAMED && (
            <li className={classes.dim}>and {fired.length - MACHINES_NAMED} more</li>
          )}
        </ul>
      )}
      {machine !== undefined && (
        <Suspense fallback={<Skeleton height={CHART_PX} animate={false} />}>
          <DryRunChart
            rule={rule}
            answer={answer}
            machine={machine}
            fired={fired.find(({ machine_id }) => machine_id === shownId)}
          />
        </Suspense>
      )}
    </>
  );
}

function verdict({ fired, firing_seconds, machines, machines_covered }: DryRunAnswer): string {
  if (machines_covered === 0) return 'It covers no machine yet.';
  const all = counted(machines_covered, 'machine');
  if (fired === 0) return `It would not have fired on any of ${all}.`;
  const times = fired === 1 ? 'once' : counted(fired, 'time');
  return `It would have fired ${times} on ${machines.length} of ${all}, ${formatDuration(firing_seconds)} in all.`;
}

function Loading() {
  return (
    <Text size="sm" c="dimmed" role="status">
      Replaying the history …
    </Text>
  );
}

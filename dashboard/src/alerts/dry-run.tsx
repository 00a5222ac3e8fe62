/** When a rule would have fired in the last seven days. */
import { Button, Group, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import {
  type AlertRuleDefinition,
  type DryRunAnswer,
  formatDuration,
} from '../../../src/contracts/index.js';
import { dryRunRule } from '../shared/api/alerts.js';
import { serverNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';

const PAST_MS = 7 * 86_400_000;
const MACHINES_NAMED = 5;

/** `definition` returns the rule in the form, or `null` while the form is invalid. */
export function DryRun({ definition }: { definition: () => AlertRuleDefinition | null }) {
  const { api } = useServices();
  const run = useMutation({
    mutationFn: (rule: AlertRuleDefinition) => {
      const now = serverNow();
      return dryRunRule(api, rule, now - PAST_MS, now);
    },
  });
  return (
    <>
      <Group>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconHistory size={15} />}
          loading={run.isPending}
          onClick={() => {
            const rule = definition();
            if (rule !== null) run.mutate(rule);
          }}
        >
          Try it on the last 7 days
        </Button>
      </Group>
      {run.error !== null && <Notice kind="error">{run.error.message}</Notice>}
      {run.data !== undefined && <DryRunResult answer={run.data} />}
    </>
  );
}

function DryRunResult({ answer }: { answer: DryRunAnswer }) {
  const { fired, firing_seconds, machines, machines_covered } = answer;
  if (fired === 0) {
    return (
      <Notice kind="info">It would not have fired on any of {machines_covered} machines.</Notice>
    );
  }
  return (
    <Notice kind="info" title={`It would have fired ${fired} times on ${machines.length} machines`}>
      <Text size="sm">{formatDuration(firing_seconds)} in all, most often on:</Text>
      <ul style={{ margin: '4px 0 0', paddingLeft: 20, fontSize: 13 }}>
        {machines.slice(0, MACHINES_NAMED).map((machine) => (
          <li key={machine.machine_id}>
            {machine.machine_name}: {machine.fired} times, {formatDuration(machine.firing_seconds)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

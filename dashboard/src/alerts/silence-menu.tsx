/** Silences an alert in one click. */
import { Button, Group, Popover, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Alert } from '../../../src/contracts/index.js';
import { serverNow } from '../shared/clock.js';
import { formatDayTime } from '../shared/format/time.js';
import { showError, showSuccess } from '../shared/ui/toasts.js';
import { coveredText } from './silence-text.js';
import { useSaveSilence } from './use-silences.js';

const HOUR_MS = 3_600_000;
const DURATIONS = [
  { label: '1 hour', ms: HOUR_MS },
  { label: '4 hours', ms: 4 * HOUR_MS },
  { label: '1 day', ms: 24 * HOUR_MS },
] as const;

type Reach = 'both' | 'machine' | 'rule';

/** What a silence of this alert covers. */
function coveredBy(alert: Alert, reach: Reach) {
  const machine_ids = reach === 'rule' ? [] : [alert.machine_id];
  const rule_ids = reach === 'machine' || alert.rule_id === null ? [] : [alert.rule_id];
  return { machine_ids, rule_ids, tags: [] };
}

/** The page that makes a silence, with what it is to cover. */
function formAddress({ machine_ids, rule_ids }: ReturnType<typeof coveredBy>): string {
  const parameters = new URLSearchParams({ new: '' });
  for (const id of machine_ids) parameters.append('machine', id);
  for (const id of rule_ids) parameters.append('rule', id);
  return `/alerts/silences?${parameters}`;
}

/** A button that opens the choice of what to silence, and for how long. */
export function SilenceMenu({ alert }: { alert: Alert }) {
  const [opened, setOpened] = useState(false);
  const [reach, setReach] = useState<Reach>('both');
  const save = useSaveSilence(({ ends_at }) => {
    setOpened(false);
    showSuccess(ends_at === null ? 'Silenced.' : `Silenced until ${formatDayTime(ends_at)}.`);
  });
  const covered = coveredBy(alert, reach);
  const silence = (ms: number) => {
    const ends_at = new Date(serverNow() + ms).toISOString();
    save.mutate({ id: null, body: { ...covered, ends_at } }, { onError: showError });
  };
  return (
    <Popover opened={opened} onChange={setOpened} width={330} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconBellOff size={13} aria-hidden="true" />}
          onClick={() => setOpened((before) => !before)}
        >
          Silence
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Silence">
        <Stack gap="xs">
          <SegmentedControl
            size="xs"
            fullWidth
            bg="var(--segment)"
            aria-label="What to silence"
            data={[
              { value: 'both', label: 'Rule here' },
              { value: 'machine', label: 'Machine' },
              { value: 'rule', label: 'Rule' },
            ]}
            value={reach}
            onChange={(value) => setReach(value as Reach)}
          />
          <Text size="sm">
            {coveredText(covered, {
              machine: () => alert.machine_name,
              rule: () => alert.rule_name,
            })}
          </Text>
          <Group gap={6}>
            {DURATIONS.map(({ label, ms }) => (
              <Button
                key={label}
                size="compact-sm"
                variant="default"
                disabled={save.isPending}
                onClick={() => silence(ms)}
              >
                {label}
              </Button>
            ))}
            <Button
              size="compact-sm"
              variant="subtle"
              component={Link}
              to={formAddress(covered)}
              onClick={() => setOpened(false)}
            >
              Until …
            </Button>
          </Group>
          <Text size="xs" c="dimmed">
            Nobody is told meanwhile. What still lasts at the end is told then.
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

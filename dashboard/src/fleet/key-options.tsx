/** What the key in the line allows, for those who want to choose. */
import { Group, NativeSelect, TextInput } from '@mantine/core';
import type { EnrollmentKeyBody } from '../shared/api/machines.js';
import { formatDateTime } from '../shared/format/time.js';
import classes from './key-options.module.css';

const DAY_MS = 86_400_000;

const VALIDITIES = [
  { value: 'day', label: 'A day', ms: DAY_MS },
  { value: 'month', label: '30 days', ms: 30 * DAY_MS },
  { value: 'forever', label: 'Until revoked', ms: null },
] as const;

const USES = [
  { value: 'any', label: 'Any number', max: null },
  { value: 'one', label: 'One', max: 1 },
] as const;

/** The choices; an empty name takes one from the time. */
export interface KeyChoice {
  name: string;
  validity: (typeof VALIDITIES)[number]['value'];
  uses: (typeof USES)[number]['value'];
}

/** A key that is of no use tomorrow, in case the line is left in a history or a chat. */
export const KEY_DEFAULTS: KeyChoice = { name: '', validity: 'day', uses: 'any' };

/** The body with which the key is made at the time `now`, in epoch milliseconds. */
export function keyBody({ name, validity, uses }: KeyChoice, now: number): EnrollmentKeyBody {
  const ms = VALIDITIES.find(({ value }) => value === validity)?.ms ?? null;
  return {
    name: name.trim() === '' ? `Added ${formatDateTime(now)}` : name.trim(),
    expires_at: ms === null ? null : now + ms,
    max_uses: USES.find(({ value }) => value === uses)?.max ?? null,
  };
}

/** Folded: the defaults suit most. */
export function KeyOptions(props: { choice: KeyChoice; onChange: (choice: KeyChoice) => void }) {
  const { choice, onChange } = props;
  return (
    <details className={classes.options}>
      <summary className={classes.summary}>Options of the key</summary>
      <Group grow align="flex-start" mt="xs">
        <TextInput
          label="Name"
          placeholder="e.g. web servers"
          maxLength={100}
          value={choice.name}
          onChange={({ currentTarget: { value } }) => onChange({ ...choice, name: value })}
        />
        <NativeSelect
          label="Valid"
          data={VALIDITIES.map(({ value, label }) => ({ value, label }))}
          value={choice.validity}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...choice, validity: named(VALIDITIES, value) })
          }
        />
        <NativeSelect
          label="Machines"
          data={USES.map(({ value, label }) => ({ value, label }))}
          value={choice.uses}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...choice, uses: named(USES, value) })
          }
        />
      </Group>
    </details>
  );
}

function named<value extends string>(
  choices: readonly [{ value: value }, ...{ value: value }[]],
  name: string,
): value {
  return (choices.find(({ value }) => value === name) ?? choices[0]).value;
}

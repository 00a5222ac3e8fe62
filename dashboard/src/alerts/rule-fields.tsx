/** The fields of the rule form. */
import {
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import {
  type MachineSummary,
  OPERATOR_SIGNS,
  subjectUnit,
  UNIT_NAMES,
} from '../../../src/contracts/index.js';
import { metricChoices } from './alert-text.js';
import { kindOf, type RuleDraft } from './rule-draft.js';
import { useChannels } from './use-alerts.js';

type RuleFormState = UseFormReturnType<RuleDraft>;

const OPERATORS = Object.entries(OPERATOR_SIGNS).map(([value, label]) => ({ value, label }));
const SEVERITIES = [
  { value: 'info', label: 'Info' },
  { value: 'warning', label: 'Warning' },
  { value: 'critical', label: 'Critical' },
];
const MISSING_DATA = [
  { value: 'keep', label: 'stays' },
  { value: 'resolve', label: 'ends' },
  { value: 'fire', label: 'fires' },
];
const SCOPES = [
  { value: 'all', label: 'All machines' },
  { value: 'tags', label: 'By tag' },
  { value: 'machines', label: 'Chosen ones' },
];
function unitText(watched: string): string {
  const kind = kindOf(watched);
  const metric = watched.slice(kind === null ? 0 : kind.length + 1);
  const unit = subjectUnit({ metric, device: kind === null ? null : { kind } });
  return unit === null ? '' : UNIT_NAMES[unit];
}

/** The metric to watch, and the conditions for firing and for resolving. */
export function ConditionFields({ form }: { form: RuleFormState }) {
  const { watched } = form.getValues();
  const unit = unitText(watched);
  const inUnit = unit === '' ? '' : `, ${unit}`;
  const silence = watched === 'offline';
  const kind = kindOf(watched);
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label="Watch"
          searchable
          allowDeselect={false}
          data={metricChoices()}
          {...form.getInputProps('watched')}
        />
        {kind !== null && (
          <TextInput
            label="Only the one named"
            placeholder="each of them"
            {...form.getInputProps('deviceName')}
          />
        )}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 2, xs: 4 }}>
        {!silence && (
          <>
            <Select
              label="Is"
              allowDeselect={false}
              data={OPERATORS}
              {...form.getInputProps('operator')}
            />
            <NumberInput label={`Threshold${inUnit}`} {...form.getInputProps('threshold')} />
          </>
        )}
        <NumberInput label="For, min" min={0} {...form.getInputProps('forMinutes')} />
        <Select
          label="Severity"
          allowDeselect={false}
          data={SEVERITIES}
          {...form.getInputProps('severity')}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 2, xs: 4 }}>
        {!silence && (
          <NumberInput
            label={`Ends at${inUnit}`}
            placeholder="the threshold"
            {...form.getInputProps('clearThreshold')}
          />
        )}
        <NumberInput label="Ends after, min" min={0} {...form.getInputProps('clearForMinutes')} />
        {!silence && (
          <Select
            label="Without data it"
            allowDeselect={false}
            data={MISSING_DATA}
            {...form.getInputProps('missingData')}
          />
        )}
        {silence && (
          <>
            <NumberInput
              label="If stopped, min"
              placeholder="never"
              min={0}
              {...form.getInputProps('stoppedAfterMinutes')}
            />
            <NumberInput
              label="If asleep, min"
              placeholder="never"
              min={0}
              {...form.getInputProps('asleepAfterMinutes')}
            />
          </>
        )}
        <NumberInput
          label="Remind, min"
          placeholder="never"
          min={1}
          {...form.getInputProps('repeatMinutes')}
        />
      </SimpleGrid>
    </>
  );
}

/** The machines that the rule covers, and the channels it notifies. */
export function ReachFields(props: { form: RuleFormState; machines: readonly MachineSummary[] }) {
  const { form, machines } = props;
  const channels = useChannels();
  const { scope } = form.getValues();
  const tags = [...new Set(machines.flatMap((machine) => machine.tags))].sort();
  return (
    <>
      <Stack gap={6}>
        <Text size="sm" fw={600}>
          Machines
        </Text>
        <SegmentedControl
          size="xs"
          bg="var(--segment)"
          aria-label="Machines"
          data={SCOPES}
          {...form.getInputProps('scope')}
        />
        {scope === 'tags' && (
          <TagsInput
            aria-label="Tags"
            placeholder="Machines with any of these tags"
            data={tags}
            {...form.getInputProps('tags')}
          />
        )}
        {scope === 'machines' && (
          <MultiSelect
            aria-label="Machines"
            placeholder="Choose machines"
            searchable
            limit={100}
            data={machines.map(({ machine_id, machine_name }) => ({
              value: machine_id,
              label: machine_name,
            }))}
            {...form.getInputProps('machineIds')}
          />
        )}
      </Stack>
      {channels.data !== undefined && channels.data.length > 0 && (
        <MultiSelect
          label="Notify"
          placeholder="the default channels"
          data={channels.data.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('channelIds')}
        />
      )}
    </>
  );
}

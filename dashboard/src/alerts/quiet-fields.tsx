/** Quiet hours in the rule form. */
import { MultiSelect, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { WEEKDAYS } from './quiet-text.js';
import type { RuleDraft } from './rule-draft.js';

const WEEKDAY_CHOICES = [...WEEKDAYS];

function timeZones(chosen: string): string[] {
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])];
}

/** When notifications are held back. Shows the first of several windows and keeps the others. */
export function QuietFields({ form }: { form: UseFormReturnType<RuleDraft> }) {
  const { quiet, quietZone } = form.getValues();
  return (
    <Stack gap="sm">
      <Switch
        label="Quiet hours: notifications wait until they are over"
        {...form.getInputProps('quiet', { type: 'checkbox' })}
      />
      {quiet && (
        <>
          <MultiSelect label="On" data={WEEKDAY_CHOICES} {...form.getInputProps('quietDays')} />
          <SimpleGrid cols={{ base: 2, xs: 3 }}>
            <TextInput type="time" label="From" {...form.getInputProps('quietFrom')} />
            <TextInput type="time" label="Until" {...form.getInputProps('quietTo')} />
            <Select
              label="Time zone"
              searchable
              allowDeselect={false}
              data={timeZones(quietZone)}
              {...form.getInputProps('quietZone')}
            />
          </SimpleGrid>
        </>
      )}
    </Stack>
  );
}

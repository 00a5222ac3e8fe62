/** Quiet hours in the rule form. */
import { Stack, Switch } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { RuleDraft } from './rule-draft.js';
import { WindowFields } from './window-fields.js';

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
        <WindowFields
          days={form.getInputProps('quietDays')}
          from={form.getInputProps('quietFrom')}
          to={form.getInputProps('quietTo')}
          zone={form.getInputProps('quietZone')}
          chosenZone={quietZone}
        />
      )}
    </Stack>
  );
}

/** Makes or changes a silence. */
import {
  Button,
  Group,
  MultiSelect,
  SegmentedControl,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import {
  type AlertRule,
  type MachineSummary,
  type Silence,
  TEXT_LIMITS,
} from '../../../src/contracts/index.js';
import { serverNow } from '../shared/clock.js';
import { Notice } from '../shared/ui/notice.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { newSilence, type SilenceDraft, silenceBody, silenceErrors } from './silence-draft.js';
import { coversAll } from './silence-text.js';
import { useSaveSilence } from './use-silences.js';
import { WindowFields } from './window-fields.js';

/**
 * `silence` is `null` for a new one; `draft` are the first values. `machineName` also tells why one
 * that is chosen is not among `machines`.
 */
export function SilenceForm(props: {
  silence: Silence | null;
  draft: SilenceDraft;
  machines: readonly MachineSummary[];
  machineName: (id: string) => string;
  rules: readonly AlertRule[];
  onDone: () => void;
}) {
  const { silence, draft, machines, machineName, rules, onDone } = props;
  const save = useSaveSilence(() => {
    showSuccess('Saved.');
    onDone();
  });
  const form = useForm<SilenceDraft>({
    initialValues: draft,
    validate: (values) => silenceErrors(values, serverNow()),
  });
  const values = form.getValues();
  const submit = form.onSubmit((values) => {
    const body = silenceBody(values, silence, serverNow());
    save.mutate({ id: silence?.id ?? null, body });
  });
  const weekly = values.repeats === 'weekly';
  const tags = [...new Set(machines.flatMap((machine) => machine.tags))].sort();

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {save.error !== null && <Notice kind="error">{save.error.message}</Notice>}
        <MultiSelect
          label="Machines"
          placeholder={values.machineIds.length === 0 ? 'every machine' : undefined}
          searchable
          limit={100}
          data={choices(
            machines.map(({ machine_id, machine_name }) => [machine_id, machine_name]),
            values.machineIds,
            machineName,
          )}
          data-autofocus
          {...form.getInputProps('machineIds')}
        />
        <TagsInput
          label="Tags"
          placeholder={values.tags.length === 0 ? 'whatever their tags' : undefined}
          data={tags}
          {...form.getInputProps('tags')}
        />
        <MultiSelect
          label="Rules"
          placeholder={values.ruleIds.length === 0 ? 'every rule' : undefined}
          searchable
          data={choices(
            rules.map(({ id, name }) => [id, name]),
            values.ruleIds,
            () => 'a deleted rule',
          )}
          {...form.getInputProps('ruleIds')}
        />
        {coversAll(silenceBody({ ...values, endsAt: '', startsAt: '' }, null, 0)) && (
          <Notice kind="warning">All alerts of all machines are silenced.</Notice>
        )}
        <SegmentedControl
          size="xs"
          bg="var(--segment)"
          aria-label="How often"
          data={[
            { value: 'once', label: 'Once' },
            { value: 'weekly', label: 'Every week' },
          ]}
          value={values.repeats}
          onChange={(value) => {
            // Maintenance has an end; what comes back every week need not have one.
            const repeats = value as SilenceDraft['repeats'];
            const endsAt = repeats === 'weekly' ? '' : newSilence(serverNow()).endsAt;
            form.setValues({ repeats, endsAt });
          }}
        />
        {weekly && (
          <WindowFields
            days={form.getInputProps('days')}
            from={form.getInputProps('from')}
            to={form.getInputProps('to')}
            zone={form.getInputProps('zone')}
            chosenZone={values.zone}
          />
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            type="datetime-local"
            label={weekly ? 'First on' : 'From'}
            description="Empty: now"
            {...form.getInputProps('startsAt')}
          />
          <TextInput
            type="datetime-local"
            label={weekly ? 'Last on' : 'Until'}
            description={weekly ? 'Empty: until somebody ends it' : 'In your own time zone'}
            {...form.getInputProps('endsAt')}
          />
        </SimpleGrid>
        <TextInput
          label="Comment"
          placeholder="e.g. new disks"
          maxLength={TEXT_LIMITS.note}
          {...form.getInputProps('comment')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What can be chosen, with what is chosen and is not known, or does not exist any more. */
function choices(
  known: readonly (readonly [id: string, name: string])[],
  chosen: readonly string[],
  nameOf: (id: string) => string,
) {
  const ids = new Set(known.map(([id]) => id));
  return [
    ...known.map(([value, label]) => ({ value, label })),
    ...chosen.filter((id) => !ids.has(id)).map((value) => ({ value, label: nameOf(value) })),
  ];
}

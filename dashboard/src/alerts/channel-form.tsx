/** Creates or changes a notification channel. */
import {
  Button,
  Group,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type NotificationChannel, TEXT_LIMITS } from '../../../src/contracts/index.js';
import { saveChannel } from '../shared/api/alerts.js';
import { fieldErrors } from '../shared/api/errors.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { showSuccess } from '../shared/ui/toasts.js';
import {
  CHANNEL_CHOICES,
  type ChannelDraft,
  type ChannelInput,
  channelBody,
  channelDraft,
  channelErrors,
  channelInputs,
} from './channel-fields.js';

/** `channel` is `null` for a new one; the type of an existing one cannot be changed. */
export function ChannelForm(props: { channel: NotificationChannel | null; onDone: () => void }) {
  const { channel, onDone } = props;
  const { api } = useServices();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<ChannelDraft>({
    initialValues: channelDraft(channel),
    validate: (draft) => channelErrors(draft, channel),
  });
  const fields = channelInputs(form.getValues().type);
  const submit = form.onSubmit(async (draft) => {
    setFailure(null);
    try {
      await saveChannel(api, channel?.id ?? null, channelBody(draft, channel));
      await queries.invalidateQueries({ queryKey: ['notification-channels'] });
      showSuccess('Saved.');
      onDone();
    } catch (error) {
      const paths = fields.map(({ name }) => `config.${name}`);
      const { fields: named, form: general } = fieldErrors(error, ['name', ...paths]);
      form.setErrors(named);
      setFailure(general);
    }
  });

  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <TextInput
          label="Name"
          maxLength={TEXT_LIMITS.name}
          data-autofocus
          {...form.getInputProps('name')}
        />
        {channel === null && (
          <Select
            label="Kind"
            allowDeselect={false}
            data={CHANNEL_CHOICES}
            {...form.getInputProps('type')}
          />
        )}
        {fields.map((field) => (
          <ConfigInput
            key={field.name}
            field={field}
            isSet={field.secret === true && channel?.config[field.name] != null}
            input={form.getInputProps(
              `config.${field.name}`,
              field.kind === 'flag' ? { type: 'checkbox' } : {},
            )}
          />
        ))}
        <Switch
          label="Default: for rules that name no channel"
          {...form.getInputProps('default', { type: 'checkbox' })}
        />
        <Switch label="On" {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={form.submitting}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ConfigInput(props: {
  field: ChannelInput;
  /** A secret that the server has already stored. */
  isSet: boolean;
  input: ReturnType<ReturnType<typeof useForm<ChannelDraft>>['getInputProps']>;
}) {
  const { field, isSet, input } = props;
  const { label, placeholder } = field;
  if (field.kind === 'flag') return <Switch label={label} {...input} />;
  const shared = { label, withAsterisk: field.required, ...input, value: input.value ?? '' };
  if (field.secret) {
    return (
      <PasswordInput
        {...shared}
        autoComplete="new-password"
        placeholder={isSet ? 'stays as it is' : placeholder}
      />
    );
  }
  if (field.kind === 'lines') {
    return <Textarea {...shared} placeholder={placeholder} autosize minRows={2} maxRows={8} />;
  }
  return <TextInput {...shared} placeholder={placeholder} />;
}

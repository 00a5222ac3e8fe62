/** Makes a key, and shows it once with what to paste where it is used. */
import { Button, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type KeyScope, type NewApiKey, TEXT_LIMITS } from '../../../src/contracts/index.js';
import { createKey } from '../shared/api/administration.js';
import { fieldErrors } from '../shared/api/errors.js';
import { serverAddress } from '../shared/base-path.js';
import { serverNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { CopyBox } from '../shared/ui/copy-box.js';
import { Notice } from '../shared/ui/notice.js';
import { SecretOnce } from '../shared/ui/secret-once.js';
import { EXPIRY_CHOICES, expiryOf } from './key-expiry.js';
import { MADE_BY_HAND, SCOPES, usageOf } from './key-text.js';

/** Key of the query for the keys. */
export const KEYS_KEY = 'api-keys';

/** While the key is shown only the button closes the dialog. */
export function NewKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [made, setMade] = useState<NewApiKey | null>(null);
  const isShown = made !== null;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setMade(null)}
      title={isShown ? `Key ${made.name}` : 'New key'}
      size="lg"
      closeOnClickOutside={!isShown}
      closeOnEscape={!isShown}
      withCloseButton={!isShown}
    >
      {isShown ? (
        <KeyMade made={made} onDone={onClose} />
      ) : (
        <KeyForm onMade={setMade} onCancel={onClose} />
      )}
    </Modal>
  );
}

function KeyForm(props: { onMade: (key: NewApiKey) => void; onCancel: () => void }) {
  const { onMade, onCancel } = props;
  const { api } = useServices();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: {
      name: '',
      scope: 'enroll' as Exclude<KeyScope, 'machine'>,
      expiry: 'never',
      expires_at: '',
      max_uses: '' as number | '',
    },
    validate: {
      name: (value) => (value.trim() === '' ? 'Give the key a name' : null),
      expires_at: (value, { expiry }) =>
        expiry === 'date' && value === '' ? 'Choose the last day' : null,
    },
  });
  const { scope, expiry } = form.getValues();
  const submit = form.onSubmit(async (values) => {
    setFailure(null);
    try {
      const key = await createKey(api, {
        name: values.name.trim(),
        scope: values.scope,
        expires_at: expiryOf(values.expiry, values.expires_at, serverNow()),
        max_uses: values.scope === 'enroll' && values.max_uses !== '' ? values.max_uses : null,
      });
      onMade(key);
      await queries.invalidateQueries({ queryKey: [KEYS_KEY] });
    } catch (error) {
      const named = fieldErrors(error, ['name', 'scope', 'expires_at', 'max_uses']);
      form.setErrors(named.fields);
      setFailure(named.form);
    }
  });
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <TextInput
          label="Name"
          description="To tell keys apart, e.g. where it is used"
          maxLength={TEXT_LIMITS.name}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Select
          label="Scope"
          allowDeselect={false}
          data={MADE_BY_HAND.map((value) => ({
            value,
            label: `${SCOPES[value].label}: ${SCOPES[value].text}`,
          }))}
          {...form.getInputProps('scope')}
        />
        <Select
          label="Expires"
          allowDeselect={false}
          data={EXPIRY_CHOICES}
          {...form.getInputProps('expiry')}
        />
        {expiry === 'date' && (
          <TextInput label="Last day" type="date" {...form.getInputProps('expires_at')} />
        )}
        {scope === 'enroll' && (
          <NumberInput
            label="Machines it may enrol"
            description="Empty is no limit"
            min={1}
            max={1_000_000}
            allowDecimal={false}
            {...form.getInputProps('max_uses')}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={form.submitting}>
            Make key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function KeyMade({ made, onDone }: { made: NewApiKey; onDone: () => void }) {
  const usages = made.scope === 'machine' ? [] : usageOf(made.scope, made.api_key, serverAddress());
  return (
    <Stack>
      <SecretOnce value={made.api_key} what="key" />
      {usages.map(({ where, what, text }) => (
        <Stack key={where} gap={6}>
          <Text size="sm">{where}</Text>
          <CopyBox text={text} label={`Copy ${what}`} />
        </Stack>
      ))}
      <Group justify="flex-end">
        <Button onClick={onDone}>I have kept it</Button>
      </Group>
    </Stack>
  );
}

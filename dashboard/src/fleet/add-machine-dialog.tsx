/** Creates an enrolment key and shows the command that uses it. */

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { fieldErrors } from '../shared/api/errors.js';
import { createEnrollmentKey } from '../shared/api/machines.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { AgentCommand } from './agent-command.js';

/** The key is shown here once and forgotten when the dialog closes. */
export function AddMachineDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [key, setKey] = useState<string | null>(null);
  const close = () => {
    onClose();
    setKey(null);
  };
  return (
    <Modal opened={opened} onClose={close} title="Add a machine" size="lg">
      {key === null ? <KeyForm onCreated={setKey} /> : <KeyCreated value={key} onDone={close} />}
    </Modal>
  );
}

function KeyForm({ onCreated }: { onCreated: (key: string) => void }) {
  const { api } = useServices();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() === '' ? 'Give the key a name' : null) },
  });
  const submit = form.onSubmit(async ({ name }) => {
    setFailure(null);
    try {
      onCreated((await createEnrollmentKey(api, name.trim())).api_key);
    } catch (error) {
      const { fields, form: general } = fieldErrors(error, ['name']);
      form.setErrors(fields);
      setFailure(general);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          A machine enrols once with an enrolment key and then gets a key of its own. One enrolment
          key serves as many machines as you like.
        </Text>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <TextInput
          label="Name of the key"
          placeholder="e.g. web servers"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={form.submitting}>
            Create enrolment key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function KeyCreated({ value, onDone }: { value: string; onDone: () => void }) {
  return (
    <Stack>
      <AgentCommand enrollmentKey={value} />
      <Notice kind="warning">This key is shown only now. Keep it like a password.</Notice>
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}

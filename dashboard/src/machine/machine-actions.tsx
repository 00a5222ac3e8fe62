/** What administrators can do with a machine: rename it, tag it, delete it. */

import { Button, Group, Menu, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { type MachineSummary, TEXT_LIMITS } from '../../../src/contracts/index.js';
import { errorMessage, fieldErrors } from '../shared/api/errors.js';
import { deleteMachine, updateMachine } from '../shared/api/machines.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { showSuccess } from '../shared/ui/toasts.js';

/** The menu in the header of the page. */
export function MachineActions({ machine }: { machine: MachineSummary }) {
  const [editing, edit] = useDisclosure(false);
  const [deleting, remove] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDots size={15} aria-hidden="true" />}
          >
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={edit.open}>
            Rename and tag
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={remove.open}>
            Delete machine
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={editing} onClose={edit.close} title="Rename and tag">
        <EditForm machine={machine} onDone={edit.close} />
      </Modal>
      <Modal opened={deleting} onClose={remove.close} title={`Delete ${machine.machine_name}?`}>
        <DeleteForm machine={machine} onCancel={remove.close} />
      </Modal>
    </>
  );
}

function EditForm({ machine, onDone }: { machine: MachineSummary; onDone: () => void }) {
  const { api, store } = useServices();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { machine_name: machine.machine_name, tags: [...machine.tags] },
    validate: { machine_name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
  });
  const submit = form.onSubmit(async ({ machine_name, tags }) => {
    setFailure(null);
    try {
      const changed = await updateMachine(api, machine.machine_id, {
        machine_name: machine_name.trim(),
        tags,
      });
      store.applyEvent({ type: 'updated', machine: changed });
      showSuccess('Saved.');
      onDone();
    } catch (error) {
      const { fields, form: general } = fieldErrors(error, ['machine_name', 'tags']);
      form.setErrors(fields);
      setFailure(general);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {failure !== null && <Notice kind="error">{failure}</Notice>}
        <TextInput
          label="Name"
          maxLength={TEXT_LIMITS.machineName}
          data-autofocus
          {...form.getInputProps('machine_name')}
        />
        <TagsInput
          label="Tags"
          description="Enter adds a tag"
          clearable
          {...form.getInputProps('tags')}
        />
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

function DeleteForm({ machine, onCancel }: { machine: MachineSummary; onCancel: () => void }) {
  const { api, store } = useServices();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    try {
      await deleteMachine(api, machine.machine_id);
      showSuccess(`${machine.machine_name} has been deleted.`);
      await navigate('/');
      store.applyEvent({ type: 'deleted', machine_id: machine.machine_id });
    } catch (error) {
      setFailure(errorMessage(error));
      setBusy(false);
    }
  };
  return (
    <Stack>
      {failure !== null && <Notice kind="error">{failure}</Notice>}
      <Text size="sm">
        The machine, its history and its key go for good. An agent that still runs there is refused
        until it is enrolled again.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} data-autofocus>
          Cancel
        </Button>
        <Button color="red.8" loading={busy} onClick={() => void confirm()}>
          Delete
        </Button>
      </Group>
    </Stack>
  );
}

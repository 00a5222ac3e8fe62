/** Asks for a note and acknowledges an alert. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Alert, TEXT_LIMITS } from '../../../src/contracts/index.js';
import { Notice } from '../shared/ui/notice.js';
import { useAcknowledge } from './use-alerts.js';

/** Closes when the server has confirmed. */
export function AcknowledgeDialog(props: { alert: Alert; opened: boolean; onClose: () => void }) {
  const { alert, opened, onClose } = props;
  const [note, setNote] = useState('');
  const acknowledge = useAcknowledge();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    acknowledge.mutate({ id: alert.id, note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened={opened} onClose={onClose} title={`Acknowledge on ${alert.machine_name}`}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            Tells the others that you look after it. No more reminders are sent; the end of the
            alert still is.
          </Text>
          {acknowledge.error !== null && <Notice kind="error">{acknowledge.error.message}</Notice>}
          <TextInput
            label="Note"
            placeholder="e.g. disk ordered"
            maxLength={TEXT_LIMITS.note}
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={acknowledge.isPending}>
              Acknowledge
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Asks for confirmation before something is done that cannot be undone. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { Notice } from './notice.js';

/** Closes once `onConfirm` has succeeded; shows its error otherwise. */
export function ConfirmDialog(props: {
  opened: boolean;
  /** A question, e.g. "Delete web-1?" */
  title: string;
  /** What happens then. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}) {
  const { opened, onConfirm, onClose } = props;
  // While the dialog fades out it shows what it was opened with.
  const shown = useRef(props);
  if (opened) shown.current = props;
  const { title, children, action } = shown.current;
  const confirm = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  const close = () => {
    confirm.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <Stack>
        {confirm.error !== null && <Notice kind="error">{confirm.error.message}</Notice>}
        <Text size="sm" component="div">
          {children}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red.8" loading={confirm.isPending} onClick={() => confirm.mutate()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

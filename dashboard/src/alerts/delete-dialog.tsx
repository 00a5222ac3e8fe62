/** Asks for confirmation before something is deleted. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Notice } from '../shared/ui/notice.js';

/** After `onDelete`, the query `queryKey` is fetched again. */
export function DeleteDialog(props: {
  opened: boolean;
  name: string;
  text: string;
  queryKey: string;
  onDelete: () => Promise<void>;
  onClose: () => void;
}) {
  const { opened, name, text, queryKey, onDelete, onClose } = props;
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: onDelete,
    onSuccess: () => queries.invalidateQueries({ queryKey: [queryKey] }),
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Delete ${name}?`}>
      <Stack>
        {remove.error !== null && <Notice kind="error">{remove.error.message}</Notice>}
        <Text size="sm">{text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** One notification channel in the list. */
import { ActionIcon, Badge, Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { NotificationChannel } from '../../../src/contracts/index.js';
import { deleteChannel, testChannel } from '../shared/api/alerts.js';
import { useIsAdmin, useServices } from '../shared/services.js';
import { ConfirmDialog } from '../shared/ui/confirm-dialog.js';
import { showError, showSuccess } from '../shared/ui/toasts.js';
import classes from './alerts.module.css';
import { channelLabel } from './channel-fields.js';

/** Has a button that sends a test notification. */
export function ChannelItem(props: { channel: NotificationChannel; onEdit: () => void }) {
  const { channel, onEdit } = props;
  const { api } = useServices();
  const queries = useQueryClient();
  const isAdmin = useIsAdmin();
  const [deleting, { open, close }] = useDisclosure(false);
  const test = useMutation({
    mutationFn: () => testChannel(api, channel.id),
    onSuccess: ({ status, error }) => {
      if (status === 'delivered') showSuccess(`A sample alert was sent to ${channel.name}.`);
      else showError(new Error(`${channel.name} was not reached: ${error ?? 'no reason given'}`));
      return queries.invalidateQueries({ queryKey: ['notification-deliveries'] });
    },
    onError: showError,
  });
  return (
    <li className={`${classes.item} ${classes.channel}`} data-off={!channel.enabled || undefined}>
      <span className={classes.subject}>{channel.name}</span>
      <span>{channelLabel(channel.type)}</span>
      <Group gap={6}>
        {channel.default && (
          <Badge variant="default" size="sm">
            default
          </Badge>
        )}
        {!channel.enabled && (
          <Badge variant="default" size="sm">
            off
          </Badge>
        )}
      </Group>
      {isAdmin && (
        <Group gap={4} wrap="nowrap" className={classes.action}>
          <Button
            size="compact-xs"
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            Send a test
          </Button>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Change ${channel.name}`}
            onClick={onEdit}
          >
            <IconPencil size={17} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Delete ${channel.name}`}
            onClick={open}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </Group>
      )}
      <ConfirmDialog
        opened={deleting}
        title={`Delete ${channel.name}?`}
        action="Delete"
        onConfirm={async () => {
          await deleteChannel(api, channel.id);
          await queries.invalidateQueries({ queryKey: ['notification-channels'] });
        }}
        onClose={close}
      >
        Alerts are no longer sent there, and what waits to be sent is dropped.
      </ConfirmDialog>
    </li>
  );
}

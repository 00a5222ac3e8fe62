/** `/alerts/channels`: notification channels and the delivery log. */
import { Button, Center, Loader, Modal, Text, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { NotificationChannel } from '../../../src/contracts/index.js';
import { useIsAdmin } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import classes from './alerts.module.css';
import { ChannelForm } from './channel-form.js';
import { ChannelItem } from './channel-item.js';
import { DeliveryLog } from './delivery-log.js';
import { useChannels } from './use-alerts.js';

/** All channels; administrators can change them. */
export function ChannelsPage() {
  const channels = useChannels();
  const isAdmin = useIsAdmin();
  const [parameters, setParameters] = useSearchParams();
  const [chosen, setChosen] = useState<NotificationChannel | null>(null);
  useDocumentTitle('Notification channels · procspy');
  // `?new` opens the form for a new one.
  const editing = parameters.has('new') ? 'new' : chosen;
  const close = () => {
    setChosen(null);
    setParameters({}, { replace: true });
  };

  return (
    <>
      <div className={classes.top}>
        <VisuallyHidden component="h1">Notification channels</VisuallyHidden>
        <Text size="sm" c="dimmed">
          Alerts are sent to the channels of their rule, or else to the default ones.
        </Text>
        {isAdmin && (
          <Button
            size="xs"
            leftSection={<IconPlus size={15} />}
            onClick={() => setParameters({ new: '' })}
          >
            New channel
          </Button>
        )}
      </div>
      {channels.error !== null && (
        <Notice kind="error" mb="md">
          {channels.error.message}
        </Notice>
      )}
      {channels.isPending && (
        <Center mih="30vh">
          <Loader aria-label="Loading" />
        </Center>
      )}
      {channels.data?.length === 0 && (
        <div className={`panel ${classes.empty}`}>
          <Text c="dimmed">No channel yet: alerts are shown here, but nobody is notified.</Text>
        </div>
      )}
      {channels.data !== undefined && channels.data.length > 0 && (
        <ul className={`panel ${classes.list}`}>
          {channels.data.map((channel) => (
            <ChannelItem key={channel.id} channel={channel} onEdit={() => setChosen(channel)} />
          ))}
        </ul>
      )}
      {isAdmin && <DeliveryLog />}
      <Modal
        opened={editing !== null && isAdmin}
        onClose={close}
        title={editing === 'new' ? 'New channel' : 'Change channel'}
      >
        {editing !== null && (
          <ChannelForm channel={editing === 'new' ? null : editing} onDone={close} />
        )}
      </Modal>
    </>
  );
}

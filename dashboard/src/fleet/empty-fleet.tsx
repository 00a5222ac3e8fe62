/** Shown instead of the list until the first machine has registered. */
import { Button, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useIsAdmin, useSession } from '../shared/services.js';
import { AgentCommand } from './agent-command.js';
import classes from './empty-fleet.module.css';

const KEY_PLACEHOLDER = '<key>';

/** Explains how to add a machine, which then appears by itself. */
export function EmptyFleet({ onAdd }: { onAdd: () => void }) {
  const isAdmin = useIsAdmin();
  const session = useSession();
  const needsKey = session.phase !== 'ready' || session.authRequired;
  return (
    <section className={`panel ${classes.empty}`}>
      <Title order={2} size="h4" mb={6}>
        No machine yet
      </Title>
      <AgentCommand enrollmentKey={needsKey ? KEY_PLACEHOLDER : null} />
      {isAdmin && (
        <Button mt="lg" leftSection={<IconPlus size={16} />} onClick={onAdd}>
          Create an enrolment key
        </Button>
      )}
    </section>
  );
}

/** Shown instead of the list until the first machine has registered. */
import { Title } from '@mantine/core';
import { AddMachinePanel } from './add-machine-panel.js';
import classes from './empty-fleet.module.css';

/** Shows the line that adds a machine, which then appears by itself. */
export function EmptyFleet({ onAwait }: { onAwait: () => void }) {
  return (
    <section className={`panel ${classes.empty}`}>
      <Title order={2} size="h4" mb={6}>
        No machine yet
      </Title>
      <AddMachinePanel onAwait={onAwait} />
    </section>
  );
}

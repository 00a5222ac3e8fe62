/** Adds a machine while others are listed. */
import { Modal } from '@mantine/core';
import { AddMachinePanel } from './add-machine-panel.js';

/** `onAwait` is called once the line has been given out: a machine may arrive from then on. */
export function AddMachineDialog(props: {
  opened: boolean;
  onClose: () => void;
  onAwait: () => void;
}) {
  const { opened, onClose, onAwait } = props;
  return (
    <Modal opened={opened} onClose={onClose} title="Add a machine" size="lg">
      <AddMachinePanel onAwait={onAwait} />
    </Modal>
  );
}

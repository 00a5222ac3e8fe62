/** The command palette: go to a machine or a page, or do something, by typing a few letters. */
import { Combobox, Modal, Text, useCombobox } from '@mantine/core';
import { IconBolt, IconFileText, IconServer } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import classes from './command-palette.module.css';
import { COMMAND_GROUPS, type CommandGroup, findCommands } from './find-commands.js';
import { useCommands } from './use-commands.js';

/** At most this many of each group are listed: who looks for one types on. */
const LISTED = 8;

const ICONS: Record<CommandGroup, typeof IconServer> = {
  Machines: IconServer,
  Pages: IconFileText,
  Actions: IconBolt,
};

/** Open as long as it is mounted. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  return (
    <Modal.Root opened onClose={onClose} size="lg" yOffset="10vh">
      <Modal.Overlay />
      <Modal.Content aria-label="Command palette">
        <Modal.Body p={0}>
          <Palette onClose={onClose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const commands = useCommands();
  const [search, setSearch] = useState('');
  const found = useMemo(() => findCommands(commands, search, LISTED), [commands, search]);
  const combobox = useCombobox({ opened: true });
  const { selectFirstOption } = combobox;
  const ids = found.map(({ id }) => id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first of what is found now
  useEffect(() => {
    selectFirstOption();
  }, [ids, search]);

  const run = (id: string) => {
    onClose();
    found.find((command) => command.id === id)?.run();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={run} withinPortal={false}>
      <Combobox.EventsTarget autoComplete="off" withExpandedAttribute>
        <input
          className={classes.input}
          type="text"
          role="combobox"
          aria-expanded
          data-autofocus
          placeholder="Machine, page or action"
          aria-label="Machine, page or action"
          spellCheck={false}
          value={search}
          onChange={({ currentTarget: { value } }) => setSearch(value)}
          onKeyDown={({ key }) => {
            if (key === 'Escape') onClose();
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options className={classes.options} aria-label="Commands">
        {COMMAND_GROUPS.map((group) => {
          const members = found.filter((command) => command.group === group);
          const Icon = ICONS[group];
          return (
            members.length > 0 && (
              <Combobox.Group key={group} label={group}>
                {members.map(({ id, label, detail }) => (
                  <Combobox.Option key={id} value={id} className={classes.option}>
                    <Icon size={16} aria-hidden className={classes.icon} />
                    <span className={classes.label}>{label}</span>
                    {detail !== undefined && <span className={classes.detail}>{detail}</span>}
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            )
          );
        })}
        {found.length === 0 && (
          <Combobox.Empty>
            <Text size="sm">Nothing matches.</Text>
          </Combobox.Empty>
        )}
      </Combobox.Options>
    </Combobox>
  );
}

/** The command that lets a machine report here, ready to copy. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useCopy } from '../app/copy-text.js';
import classes from './agent-command.module.css';

const COPY_TEXT = { copied: 'Copied', failed: 'Select the text and copy it' } as const;

/** The agent's command for a server; `null` is for servers that ask for no key. */
function agentCommand(origin: string, enrollmentKey: string | null): string {
  const key = enrollmentKey === null ? '' : ` --enrollment-key ${enrollmentKey}`;
  return `procspy-agent run --server ${origin}${key}`;
}

/** Shows the command with a button that copies it. */
export function AgentCommand({ enrollmentKey }: { enrollmentKey: string | null }) {
  const command = agentCommand(window.location.origin, enrollmentKey);
  const { outcome, copy } = useCopy();
  const label = outcome === null ? 'Copy the command' : COPY_TEXT[outcome];
  return (
    <div className={classes.box}>
      <code className={classes.code}>{command}</code>
      <Tooltip label={label} withArrow opened={outcome === null ? undefined : true}>
        <ActionIcon
          variant="subtle"
          color={outcome === 'copied' ? 'brand' : 'gray'}
          aria-label={label}
          onClick={() => copy(command)}
        >
          {outcome === 'copied' ? <IconCheck size={17} /> : <IconCopy size={17} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

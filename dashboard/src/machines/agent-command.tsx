/** The command that lets a machine report here, ready to copy. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './agent-command.module.css';

const KEY_PLACEHOLDER = '<enrolment key>';

/** The agent's command for a server and key; without a key a placeholder stands in its place. */
export function agentCommand(origin: string, enrollmentKey: string | null): string {
  const key = enrollmentKey ?? KEY_PLACEHOLDER;
  return `procspy-agent run --server ${origin} --enrollment-key ${key}`;
}

/** Shows the command with a button that copies it. */
export function AgentCommand({ enrollmentKey }: { enrollmentKey: string | null }) {
  const command = agentCommand(window.location.origin, enrollmentKey);
  return (
    <div className={classes.box}>
      <code className={classes.code}>{command}</code>
      <CopyButton value={command}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'} withArrow>
            <ActionIcon
              variant="subtle"
              color={copied ? 'brand' : 'gray'}
              aria-label={copied ? 'Copied' : 'Copy the command'}
              onClick={copy}
            >
              {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}

/** The command that connects a machine to this server, ready to copy. */
import { ActionIcon, Stack, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { BASE_PATH } from '../shared/base-path.js';
import { useCopy } from '../shared/ui/copy-text.js';
import classes from './agent-command.module.css';

const COPY_TEXT = { copied: 'Copied', failed: 'Select the text and copy it' } as const;

/** The agent's command for a server; `enrollmentKey` is `null` if the server requires none. */
function agentCommand(origin: string, enrollmentKey: string | null): string {
  const key = enrollmentKey === null ? '' : ` --enrollment-key ${enrollmentKey}`;
  return `node procspy-agent.mjs run --server ${origin}${key}`;
}

/** Host names of the loopback interface, which other machines cannot use. */
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** Says where to get the agent, and shows the command with a copy button. */
export function AgentCommand({ enrollmentKey }: { enrollmentKey: string | null }) {
  const { hostname, origin } = window.location;
  return (
    <Stack gap="sm">
      <Text size="sm">
        Copy the agent, the one file <code>agent/dist/procspy-agent.mjs</code>, to the machine that
        you want to watch and run it there with Node.js. The machine appears here by itself.
      </Text>
      <Command text={agentCommand(`${origin}${BASE_PATH}`, enrollmentKey)} />
      {LOOPBACK.test(hostname) && (
        <Text size="sm" c="dimmed">
          {hostname} is this machine. On another one, write the address of this server instead.
        </Text>
      )}
    </Stack>
  );
}

function Command({ text }: { text: string }) {
  const { outcome, copy } = useCopy();
  const label = outcome === null ? 'Copy the command' : COPY_TEXT[outcome];
  return (
    <div className={classes.box}>
      <code className={classes.code}>{text}</code>
      <Tooltip label={label} withArrow opened={outcome === null ? undefined : true}>
        <ActionIcon
          variant="subtle"
          color={outcome === 'copied' ? 'brand' : 'gray'}
          aria-label={label}
          onClick={() => copy(text)}
        >
          {outcome === 'copied' ? <IconCheck size={17} /> : <IconCopy size={17} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

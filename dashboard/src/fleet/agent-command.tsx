/** The command that connects a machine to this server, ready to copy. */
import { Stack, Text } from '@mantine/core';
import { agentCommand, serverAddress } from '../shared/agent-command.js';
import { CopyBox } from '../shared/ui/copy-box.js';

/** Host names of the loopback interface, which other machines cannot use. */
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** Says where to get the agent, and shows the command with a copy button. */
export function AgentCommand({ enrollmentKey }: { enrollmentKey: string | null }) {
  const { hostname } = window.location;
  return (
    <Stack gap="sm">
      <Text size="sm">
        Copy the agent, the one file <code>agent/dist/procspy-agent.mjs</code>, to the machine that
        you want to watch and run it there with Node.js. The machine appears here by itself.
      </Text>
      <CopyBox text={agentCommand(serverAddress(), enrollmentKey)} label="Copy the command" />
      {LOOPBACK.test(hostname) && (
        <Text size="sm" c="dimmed">
          {hostname} is this machine. On another one, write the address of this server instead.
        </Text>
      )}
    </Stack>
  );
}

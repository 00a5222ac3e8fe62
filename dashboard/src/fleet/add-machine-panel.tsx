/** The line to paste on a machine; its key is made when the line is copied. */
import { Group, Loader, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import {
  AGENT_SYSTEMS,
  type AgentMode,
  type AgentSystem,
  agentCommand,
  systemOfBrowser,
} from '../shared/agent-command.js';
import { errorMessage } from '../shared/api/errors.js';
import { createEnrollmentKey } from '../shared/api/machines.js';
import { serverAddress } from '../shared/base-path.js';
import { serverNow } from '../shared/clock.js';
import { useIsAdmin, useServices, useSession } from '../shared/services.js';
import { CopyBox } from '../shared/ui/copy-box.js';
import { Notice } from '../shared/ui/notice.js';
import { KEY_DEFAULTS, type KeyChoice, KeyOptions, keyBody } from './key-options.js';

const SYSTEM_LABELS: Record<AgentSystem, string> = {
  linux: 'Linux',
  macos: 'macOS',
  windows: 'Windows',
};

const TERMINALS: Record<AgentSystem, string> = {
  linux: 'a terminal',
  macos: 'a terminal',
  windows: 'PowerShell, opened as administrator',
};

/** Host names of the loopback interface, which other machines cannot use. */
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** Stands for a key that is not made yet. */
const KEY_TO_COME = '<key>';

/** `onAwait` is called once the line has been given out: a machine may arrive from then on. */
export function AddMachinePanel({ onAwait }: { onAwait: () => void }) {
  const { api } = useServices();
  const isAdmin = useIsAdmin();
  const session = useSession();
  const needsKey = session.phase !== 'ready' || session.authRequired;
  const [system, setSystem] = useState(() => systemOfBrowser(navigator.userAgent));
  const [mode, setMode] = useState<AgentMode>('install');
  const [choice, setChoice] = useState<KeyChoice>(KEY_DEFAULTS);
  const [key, setKey] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  if (needsKey && !isAdmin) {
    return <Text size="sm">An administrator can add machines.</Text>;
  }

  const lineWith = (enrollmentKey: string | null) =>
    agentCommand({ system, mode, server: serverAddress(), enrollmentKey });
  const makeLine = async (): Promise<string | null> => {
    try {
      const made = needsKey
        ? (key ?? (await createEnrollmentKey(api, keyBody(choice, serverNow()))))
        : null;
      setKey(made);
      setFailure(null);
      onAwait();
      return lineWith(made);
    } catch (error) {
      setFailure(errorMessage(error));
      return null;
    }
  };
  const { hostname } = window.location;
  return (
    <Stack gap="sm">
      <Text size="sm">
        Paste this line into {TERMINALS[system]} on the machine. It needs Node.js 20.19 or later.
      </Text>
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          bg="var(--segment)"
          size="xs"
          aria-label="System of the machine"
          data={AGENT_SYSTEMS.map((name) => ({ value: name, label: SYSTEM_LABELS[name] }))}
          value={system}
          onChange={(value) => setSystem(systemNamed(value))}
        />
        <SegmentedControl
          bg="var(--segment)"
          size="xs"
          aria-label="How the agent runs"
          data={[
            { value: 'install', label: 'As a service' },
            { value: 'run', label: 'Just try it' },
          ]}
          value={mode}
          onChange={(value) => setMode(value === 'run' ? 'run' : 'install')}
        />
      </Group>
      <CopyBox
        text={lineWith(needsKey ? (key ?? KEY_TO_COME) : null)}
        label="Copy the command"
        make={makeLine}
      />
      {failure !== null && <Notice kind="error">{failure}</Notice>}
      {LOOPBACK.test(hostname) && (
        <Text size="sm" c="dimmed">
          {hostname} is this machine. On another one, write the address of this server instead.
        </Text>
      )}
      {needsKey && key === null && (
        <>
          <Text size="sm" c="dimmed">
            The key is made when you copy the line. It works on {usesText(choice)}.
          </Text>
          <KeyOptions choice={choice} onChange={setChoice} />
        </>
      )}
      {key !== null && (
        <Text size="sm" c="dimmed">
          The key in this line is shown only now. It works on {usesText(choice)}.
        </Text>
      )}
      {(key !== null || !needsKey) && (
        <Group gap="xs" wrap="nowrap" role="status">
          <Loader size={14} aria-hidden />
          <Text size="sm">
            Waiting for the first sample. The machine&apos;s page opens by itself.
          </Text>
        </Group>
      )}
    </Stack>
  );
}

function systemNamed(value: string): AgentSystem {
  return AGENT_SYSTEMS.find((name) => name === value) ?? 'linux';
}

function usesText({ uses, validity }: KeyChoice): string {
  const machines = uses === 'one' ? 'one machine' : 'any number of machines';
  return validity === 'forever'
    ? machines
    : `${machines} for ${validity === 'day' ? 'a day' : 'thirty days'}`;
}

/** Everything that the palette offers. */
import { useMantineColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { MachineSummary } from '../../../../src/contracts/index.js';
import { maySee, SECTIONS } from '../../settings/sections.js';
import { formatSystem } from '../../shared/format/host.js';
import { useFleet } from '../../shared/live/use-fleet.js';
import { useServices, useSession } from '../../shared/services.js';
import { showError } from '../../shared/ui/toasts.js';
import type { Command } from './find-commands.js';

/** A command with what it does. */
export interface RunnableCommand extends Command {
  run: () => void;
}

interface PageLink {
  to: string;
  label: string;
  detail?: string;
}

const PAGES: readonly PageLink[] = [
  { to: '/', label: 'Machines' },
  { to: '/wall', label: 'Wall view', detail: 'all machines on one screen' },
  { to: '/alerts', label: 'Alerts' },
  { to: '/alerts/silences', label: 'Silences', detail: 'maintenance' },
  { to: '/alerts/rules', label: 'Alert rules' },
  { to: '/alerts/channels', label: 'Notification channels', detail: 'e-mail, Slack, webhook' },
];

const SCHEMES = [
  { value: 'dark', label: 'Dark colour scheme' },
  { value: 'light', label: 'Light colour scheme' },
  { value: 'auto', label: 'Colour scheme of the system' },
] as const;

/** The machines, the pages that the user may see, and the actions. Follows the list of machines. */
export function useCommands(): RunnableCommand[] {
  const navigate = useNavigate();
  const { machines } = useFleet();
  const { session, queries } = useServices();
  const state = useSession();
  const user = state.phase === 'ready' ? state.user : null;
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  return useMemo(() => {
    const open = (to: string) => () => void navigate(to);
    const sections = SECTIONS.filter(({ audience }) => maySee(audience, user?.role ?? null));
    const pages: PageLink[] = [
      ...PAGES,
      ...sections.map(({ path, label }) => ({
        to: `/settings/${path}`,
        label,
        detail: 'Settings',
      })),
    ];
    const signOut = async (): Promise<void> => {
      try {
        await session.logout();
      } catch (error) {
        showError(error);
      }
      queries.clear();
    };
    return [
      ...machines.map((machine) => ({
        ...machineCommand(machine),
        run: open(`/machines/${machine.machine_id}`),
      })),
      ...pages.map(({ to, ...page }) => ({
        ...page,
        id: to,
        group: 'Pages' as const,
        run: open(to),
      })),
      ...SCHEMES.filter(({ value }) => value !== colorScheme).map(({ value, label }) => ({
        id: `scheme-${value}`,
        group: 'Actions' as const,
        label,
        run: () => setColorScheme(value),
      })),
      ...(user === null
        ? []
        : [
            {
              id: 'sign-out',
              group: 'Actions' as const,
              label: 'Sign out',
              detail: user.email,
              run: () => void signOut(),
            },
          ]),
    ];
  }, [machines, navigate, session, queries, user, colorScheme, setColorScheme]);
}

function machineCommand(machine: MachineSummary): Command {
  const { machine_id, machine_name, os, tags, status } = machine;
  const words = [status === 'online' ? '' : status, formatSystem(os), ...tags];
  return {
    id: machine_id,
    group: 'Machines',
    label: machine_name,
    detail: words.filter(Boolean).join(' · '),
    urgent: status === 'offline',
  };
}

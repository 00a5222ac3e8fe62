/** Keys in words: what they are for, their state, and what to paste where they are used. */
import type { ApiKey, KeyScope } from '../../../src/contracts/index.js';
import { agentCommand } from '../shared/agent-command.js';

/** What the scopes are called, and what a key of each may do. */
export const SCOPES: Record<KeyScope, { label: string; text: string }> = {
  enroll: { label: 'Enrolment', text: 'lets agents add their machines' },
  read: { label: 'Read', text: 'lets scripts read everything that viewers see' },
  prometheus: { label: 'Prometheus', text: 'lets Prometheus scrape /metrics' },
  machine: { label: 'Machine', text: 'lets one agent push the samples of its machine' },
};

/** The scopes that people make keys of. */
export const MADE_BY_HAND = ['enroll', 'read', 'prometheus'] as const satisfies readonly KeyScope[];

/** Whether a key may be used; `now` in epoch milliseconds. */
export function keyState(
  { revoked_at, expires_at, max_uses, uses }: ApiKey,
  now: number,
): 'in force' | 'revoked' | 'expired' | 'used up' {
  if (revoked_at !== null) return 'revoked';
  if (expires_at !== null && Date.parse(expires_at) <= now) return 'expired';
  return max_uses !== null && uses >= max_uses ? 'used up' : 'in force';
}

/** How often an enrolment key was used, e.g. `3 of 10`; `null` for keys whose uses are not counted. */
export function usesText({ scope, uses, max_uses }: ApiKey): string | null {
  if (scope !== 'enroll') return null;
  return max_uses === null ? String(uses) : `${uses} of ${max_uses}`;
}

/** What to paste, and where. */
export interface KeyUsage {
  where: string;
  /** What the text is, after "Copy". */
  what: string;
  text: string;
}

/** The ways to use a key of a scope at the server at `address` (origin and base path). */
export function usageOf(
  scope: Exclude<KeyScope, 'machine'>,
  key: string,
  address: string,
): KeyUsage[] {
  switch (scope) {
    case 'enroll':
      return (['linux', 'windows'] as const).map((system) => {
        const name = system === 'linux' ? 'Linux or macOS' : 'Windows';
        return {
          where: `To watch a machine with ${name}:`,
          what: `the line for ${name}`,
          text: agentCommand({ system, mode: 'install', server: address, enrollmentKey: key }),
        };
      });
    case 'read':
      return [
        {
          where: 'In a script, for example:',
          what: 'the example',
          text: `curl -H 'Authorization: Bearer ${key}' ${address}/api/v1/machines`,
        },
      ];
    case 'prometheus':
      return [
        {
          where: 'Below scrape_configs in prometheus.yml:',
          what: 'the job',
          text: scrapeConfig(key, address),
        },
      ];
  }
}

function scrapeConfig(key: string, address: string): string {
  const { protocol, host, pathname } = new URL(address);
  const basePath = pathname.replace(/\/$/, '');
  return [
    '- job_name: procspy',
    ...(protocol === 'https:' ? ['  scheme: https'] : []),
    ...(basePath === '' ? [] : [`  metrics_path: ${basePath}/metrics`]),
    '  authorization:',
    `    credentials: ${key}`,
    '  static_configs:',
    `    - targets: ['${host}']`,
  ].join('\n');
}

/** What systemd itself says of the agent's units, and a folder that only Linux has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkState } from '../../agent/src/cli/doctor.js';
import { systemdSleepUnit, systemdUnit } from '../../agent/src/service/systemd.js';

const UNITS = [
  [
    'procspy-agent.service',
    systemdUnit([process.execPath, '--max-old-space-size=96', '/usr/bin/env', 'run']),
  ],
  ['procspy-agent-sleep.service', systemdSleepUnit([process.execPath])],
] as const;

describe.each(UNITS)('%s', (name, unit) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'procspy-unit-'));
    writeFileSync(join(folder, name), unit);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const analyze = (...args: string[]) =>
    execFileSync('systemd-analyze', [...args, join(folder, name)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('has nothing that systemd-analyze verify complains of', () => {
    expect(analyze('verify', '--man=no')).toBe('');
  });

  it('exposes at most 3.0 to systemd-analyze security', () => {
    const output = analyze('security', '--offline=yes', '--no-pager', '--threshold=30');
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1]);
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThanOrEqual(3.0);
  });
});

it('doctor says that /sys takes no folder, even from root', () => {
  expect(checkState({ stateDir: '/sys/kernel/procspy' }).state).toBe('not_permitted');
});

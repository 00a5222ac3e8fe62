/** The import rules of docs/architecture.md: breaking one makes `npm run check` fail. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

const ALLOWED = [
  ['src/machines/a1.ts', 'src/auth/b1.ts'],
  ['src/alerts/a2.ts', 'src/metrics/b2.ts'],
  ['agent/src/a3.ts', 'src/contracts/b3.ts'],
  ['src/auth/tokens/a27.ts', 'src/auth/principal.ts'],
  ['src/alerts/notifications/a28.ts', 'src/alerts/records/b28.ts'],
  ['dashboard/src/machine/a66.ts', 'dashboard/src/alerts/b66.ts'],
  ['dashboard/src/shell/a67.ts', 'dashboard/src/fleet/b67.ts'],
  ['src/auth/a.store.ts', 'node_modules/typeorm/index.d.ts'],
  ['agent/src/host/a4.ts', 'agent/src/sampling/collectors/b4.ts'],
  ['agent/src/delivery/a5.ts', 'agent/src/identity/b5.ts'],
  ['agent/src/sampling/a6.spec.ts', 'agent/src/host/b6.ts'],
  ['agent/src/main.ts', 'agent/src/cli/b7.ts'],
] as const;

const FORBIDDEN = [
  ['src/contracts/a4.ts', 'src/common/b4.ts', 'contracts-is-a-leaf'],
  ['src/common/a5.ts', 'src/auth/b5.ts', 'base-stays-base'],
  ['src/common/a12.ts', 'src/config/b12.ts', 'common-imports-downward'],
  ['src/database/a13.ts', 'src/http/b13.ts', 'database-imports-downward'],
  ['src/http/a14.ts', 'src/secrets/b14.ts', 'http-imports-downward'],
  ['src/settings/a15.ts', 'src/secrets/b15.ts', 'settings-imports-downward'],
  ['src/config/a16.ts', 'src/database/b16.ts', 'config-imports-downward'],
  ['src/domain-events/a17.ts', 'src/database/b17.ts', 'domain-events-imports-downward'],
  ['src/secrets/a18.ts', 'src/http/b18.ts', 'secrets-imports-downward'],
  ['src/alerts/channels/a20.ts', 'src/alerts/records/b20.ts', 'alerts-channels-imports-downward'],
  ['src/alerts/records/a21.ts', 'src/alerts/rules/b21.ts', 'alerts-records-imports-downward'],
  ['src/alerts/rules/a22.ts', 'src/alerts/evaluation/b22.ts', 'alerts-rules-imports-downward'],
  [
    'src/alerts/evaluation/a23.ts',
    'src/alerts/notifications/b23.ts',
    'alerts-evaluation-imports-downward',
  ],
  [
    'src/alerts/notifications/a24.ts',
    'src/alerts/evaluation/b24.ts',
    'notifications-know-no-evaluation',
  ],
  [
    'src/alerts/notifications/a25.ts',
    'src/alerts/dry-run/b25.ts',
    'alerts-notifications-imports-downward',
  ],
  ['src/alerts/dry-run/a26.ts', 'src/alerts/alerts.b26.ts', 'alerts-dry-run-imports-downward'],
  ['src/auth/records/a30.ts', 'src/auth/audit/b30.ts', 'auth-records-imports-downward'],
  ['src/auth/audit/a31.ts', 'src/auth/tokens/b31.ts', 'auth-audit-imports-downward'],
  ['src/auth/tokens/a32.ts', 'src/auth/keys/b32.ts', 'auth-tokens-imports-downward'],
  ['src/auth/keys/a33.ts', 'src/auth/limits/b33.ts', 'auth-keys-imports-downward'],
  ['src/auth/limits/a34.ts', 'src/auth/access/b34.ts', 'auth-limits-imports-downward'],
  ['src/auth/access/a35.ts', 'src/auth/sessions/b35.ts', 'auth-access-imports-downward'],
  ['src/auth/sessions/a36.ts', 'src/auth/users/b36.ts', 'auth-sessions-imports-downward'],
  ['src/auth/users/a37.ts', 'src/auth/setup/b37.ts', 'auth-users-imports-downward'],
  ['src/auth/setup/a38.ts', 'src/auth/sign-in/b38.ts', 'auth-setup-imports-downward'],
  ['src/auth/sign-in/a39.ts', 'src/auth/auth.b39.ts', 'auth-sign-in-imports-downward'],
  [
    'src/machines/registry/a40.ts',
    'src/machines/presence/b40.ts',
    'machines-registry-imports-downward',
  ],
  [
    'src/machines/presence/a41.ts',
    'src/machines/machines.b41.ts',
    'machines-presence-imports-downward',
  ],
  ['src/metrics/store/a42.ts', 'src/metrics/ingest/b42.ts', 'metrics-store-imports-downward'],
  ['src/metrics/ingest/a43.ts', 'src/metrics/query/b43.ts', 'metrics-ingest-imports-downward'],
  ['src/metrics/query/a44.ts', 'src/metrics/ingest/b44.ts', 'metrics-query-and-ingest-apart'],
  ['src/metrics/query/a45.ts', 'src/metrics/maintenance/b45.ts', 'metrics-query-imports-downward'],
  [
    'src/metrics/maintenance/a46.ts',
    'src/metrics/metrics.b46.ts',
    'metrics-maintenance-imports-downward',
  ],
  [
    'dashboard/src/shared/a60.ts',
    'dashboard/src/fleet/b60.ts',
    'dashboard-shared-imports-no-feature',
  ],
  ['dashboard/src/auth/a61.ts', 'dashboard/src/fleet/b61.ts', 'dashboard-features-stand-apart'],
  ['dashboard/src/fleet/a62.ts', 'dashboard/src/machine/b62.ts', 'dashboard-features-stand-apart'],
  ['dashboard/src/alerts/a63.ts', 'dashboard/src/machine/b63.ts', 'dashboard-features-stand-apart'],
  [
    'dashboard/src/machine/a64.ts',
    'dashboard/src/fleet/b64.ts',
    'dashboard-machine-imports-alerts-alone',
  ],
  ['dashboard/src/machine/a65.ts', 'dashboard/src/shell/b65.ts', 'dashboard-shell-is-the-top'],
  ['dashboard/src/added/a68.ts', 'dashboard/src/fleet/b68.ts', 'dashboard-features-stand-apart'],
  ['src/auth/a6.ts', 'src/machines/b6.ts', 'auth-imports-inward'],
  ['src/machines/a7.ts', 'src/metrics/b7.ts', 'machines-imports-inward'],
  ['src/stream/a8.ts', 'src/alerts/b8.ts', 'stream-imports-inward'],
  ['agent/src/a9.ts', 'src/common/b9.ts', 'agent-and-dashboard-share-only-contracts'],
  ['src/common/a10.ts', 'agent/src/b10.ts', 'server-never-imports-agent-or-dashboard'],
  ['src/auth/a11.service.ts', 'node_modules/typeorm/index.d.ts', 'database-stays-in-stores'],
  ['agent/src/shared/a12.ts', 'agent/src/config/b12.ts', 'agent-shared-imports-inward'],
  ['agent/src/http/a13.ts', 'agent/src/identity/b13.ts', 'agent-http-imports-inward'],
  [
    'agent/src/sampling/collectors/a14.ts',
    'agent/src/sampling/b14.ts',
    'agent-sampling-collectors-imports-inward',
  ],
  ['agent/src/sampling/a15.ts', 'agent/src/delivery/b15.ts', 'agent-sampling-imports-inward'],
  ['agent/src/host/a16.ts', 'agent/src/config/b16.ts', 'agent-host-imports-inward'],
  ['agent/src/config/a17.ts', 'agent/src/identity/b17.ts', 'agent-config-imports-inward'],
  ['agent/src/identity/a18.ts', 'agent/src/delivery/b18.ts', 'agent-identity-imports-inward'],
  [
    'agent/src/delivery/spool/a19.ts',
    'agent/src/delivery/b19.ts',
    'agent-delivery-spool-imports-inward',
  ],
  [
    'agent/src/delivery/transport/a20.ts',
    'agent/src/delivery/b20.ts',
    'agent-delivery-transport-imports-inward',
  ],
  ['agent/src/delivery/a21.ts', 'agent/src/sampling/b21.ts', 'agent-delivery-imports-inward'],
  ['agent/src/service/a22.ts', 'agent/src/cli/b22.ts', 'agent-service-imports-inward'],
  ['agent/src/a23.ts', 'agent/src/cli/b23.ts', 'agent-is-put-together-above-its-folders'],
  ['agent/src/http/a24.ts', 'agent/src/testing/b24.ts', 'agent-test-helpers-stay-in-tests'],
] as const;

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

describe('import rules', () => {
  let folder: string;
  let violations: Violation[];
  let status: number | null;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'procspy-imports-'));
    write('package.json', '{"type": "module", "dependencies": {"typeorm": "*"}}');
    write('tsconfig.json', '{"compilerOptions": {"module": "NodeNext"}}');
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [importer, imported] of [...ALLOWED, ...FORBIDDEN]) {
      if (!imported.startsWith('node_modules')) {
        write(imported, 'export const it = 1;\n');
      }
      const path = imported.startsWith('node_modules')
        ? 'typeorm'
        : `./${relative(dirname(importer), imported).replace(/\.ts$/, '.js')}`;
      write(importer, `import * as it from '${path}';\nexport { it };\n`);
    }
    write('src/auth/one.ts', "import { two } from './two.js';\nexport const one = () => two;\n");
    write('src/auth/two.ts', "import { one } from './one.js';\nexport const two = () => one;\n");
    const { stdout } = cruise('--output-type', 'json', 'src', 'agent/src', 'dashboard/src');
    violations = JSON.parse(stdout).summary.violations;
    status = cruise('src/auth').status;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function cruise(...options: string[]) {
    const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = join(ROOT, '.dependency-cruiser.cjs');
    return spawnSync(process.execPath, [program, '--config', config, ...options], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }

  const brokenBy = (importer: string) =>
    violations.filter(({ from }) => from === importer).map(({ rule }) => rule.name);

  it('fail the check when one is broken', () => {
    expect(status).not.toBe(0);
  });

  it.each(ALLOWED)('allow %s to import %s', (importer) => {
    expect(brokenBy(importer)).toEqual([]);
  });

  it.each(FORBIDDEN)('forbid %s to import %s', (importer, _, rule) => {
    expect(brokenBy(importer)).toContain(rule);
  });

  it('forbid cycles', () => {
    expect(brokenBy('src/auth/one.ts')).toContain('no-cycles');
  });
});

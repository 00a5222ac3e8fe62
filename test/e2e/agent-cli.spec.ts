/** The agent's commands as a person types them. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { METRIC_NAMES } from '../../src/contracts/index.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { BUNDLE, TestAgent } from './agent-process.js';

jest.setTimeout(120_000);

let server: TestServer;
let agent: TestAgent;

beforeAll(async () => {
  server = await startServer({ database: 'sqlite' });
});
afterAll(() => server.stop());
beforeEach(() => {
  agent = new TestAgent({});
});
afterEach(() => agent.remove());

describe('procspy-agent', () => {
  it('helps', async () => {
    const help = await agent.command(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const verb of ['run', 'once', 'enroll', 'install', 'uninstall', 'status', 'doctor']) {
      expect(help.stdout).toContain(`  ${verb} `);
      expect((await agent.command([verb, '--help'])).stdout).toContain(`procspy-agent ${verb}:`);
    }
    const { version } = JSON.parse(readFileSync(join(BUNDLE, '../../package.json'), 'utf8'));
    expect((await agent.command(['--version'])).stdout.trim()).toBe(version);
  });

  it('says in one line what is wrong with its use', async () => {
    for (const args of [
      [],
      ['dance'],
      ['run', '--speed'],
      ['run', '--interval', 'fast'],
      ['run', '--server', 'notaurl'],
    ]) {
      const { code, stderr } = await agent.command(args);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^procspy-agent: [^\n]+\n$/);
    }
  });

  it('run says where to tell it of a server, by flag and variable', async () => {
    const { code, stderr } = await agent.command(['run']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    for (const name of [
      '--server',
      'PROCSPY_SERVER_URL',
      '--enrollment-key',
      'PROCSPY_ENROLLMENT_KEY',
    ]) {
      expect(stderr).toContain(name);
    }
  });

  it('once prints a whole sample of this machine', async () => {
    const { code, stdout } = await agent.command(['once', '--json']);
    expect(code).toBe(0);
    const sample = JSON.parse(stdout);
    for (const name of METRIC_NAMES) {
      expect(sample).toHaveProperty(name);
      if (sample[name] === null) expect(sample.missing[name]).toEqual(expect.any(String));
    }
    for (const name of ['cpu', 'ram', 'uptime']) expect(sample[name]).toEqual(expect.any(Number));
    expect(sample.devices.cores.length).toBeGreaterThan(0);
  });

  it('enroll, run, status and doctor belong together', async () => {
    const env = { PROCSPY_SERVER_URL: server.url };
    expect((await agent.command(['status'])).code).toBe(3);
    const keyless = await agent.command(['enroll'], env);
    expect(keyless.code).toBe(1);
    expect(keyless.stderr).toContain('PROCSPY_ENROLLMENT_KEY');
    const enrolled = await agent.command(['enroll', '--enrollment-key', server.enrollmentKey], env);
    expect(enrolled.code).toBe(0);
    const doctor = await agent.command(['doctor', '--json'], env);
    const findings: { name: string; state: string }[] = JSON.parse(doctor.stdout).findings;
    const state = Object.fromEntries(findings.map((finding) => [finding.name, finding.state]));
    expect(state).toMatchObject({ cpu: 'works', server: 'works', clock: 'works', key: 'works' });

    const running = new TestAgent({ ...env, PROCSPY_STATE_DIR: agent.stateDir });
    running.start();
    await waitFor('the first delivery', () => running.log.includes('delivering to'));
    const second = await agent.command(['run'], env);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/another agent \(process \d+\) uses/);
    const status = await waitFor('the status', async () => {
      const answer = await agent.command(['status', '--json'], env);
      return JSON.parse(answer.stdout).status?.delivery.state === 'delivering' ? answer : null;
    });
    expect(status.code).toBe(0);
    expect((await agent.command(['status'], env)).stdout).toMatch(/state\s+delivering/);
    expect(await running.end('SIGINT')).toBe(0);
    await running.remove();

    // Nobody names a server: it is the one where this machine is registered.
    const again = new TestAgent({ PROCSPY_STATE_DIR: agent.stateDir });
    again.start();
    await waitFor('the next delivery', () => again.log.includes(`delivering to ${server.url}`));
    expect(await again.end('SIGINT')).toBe(0);
    await again.remove();
    expect((await agent.command(['status'], env)).code).toBe(3);
  });

  it('runs once on a state folder, also if several start at the same moment', async () => {
    writeFileSync(join(agent.stateDir, 'agent.lock'), '{"pid":4194305,"started":null,"bootMs":1}');
    const env = { PROCSPY_SERVER_URL: 'http://127.0.0.1:1', PROCSPY_ENROLLMENT_KEY: 'x' };
    const several = Array.from(
      { length: 5 },
      () => new TestAgent({ ...env, PROCSPY_STATE_DIR: agent.stateDir }),
    );
    for (const one of several) one.start();
    const says = (text: string) => several.filter(({ log }) => log.includes(text)).length;
    await waitFor('all to have looked', () => says('samples every') + says('uses') === 5);
    expect(says('samples every')).toBe(1);
    for (const one of several) await one.remove();
  });

  it('enrolls again with a server that has just started', async () => {
    const enroll = () =>
      agent.command(['enroll', '--server', server.url, '--enrollment-key', server.enrollmentKey]);
    const first = await enroll();
    await server.terminate();
    await server.start();
    const again = await enroll();
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toBe(first.stdout);
  });

  it('doctor names a server that is none, and how to mend it', async () => {
    const { code, stdout } = await agent.command(['doctor'], {
      PROCSPY_SERVER_URL: 'http://127.0.0.1:1',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^server\s+FAILED.*ECONNREFUSED[^\n]*\n\s+-> check --server/m);
  });

  it('doctor checks certificates whatever the environment says, and names the remedy', async () => {
    const file = (name: string) => resolve(__dirname, '../../agent/src/http/fixtures/tls', name);
    const options = {
      key: readFileSync(file('server.key')),
      cert: readFileSync(file('server.pem')),
    };
    const secure = createServer(options, (_, response) => response.end('procspy is live!'));
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    const env = {
      PROCSPY_SERVER_URL: `https://localhost:${(secure.address() as AddressInfo).port}`,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    try {
      const strict = await agent.command(['doctor'], env);
      expect(strict.stdout).toMatch(/^server\s+FAILED.*certificate[^\n]*\n\s+-> .*--ca-file/m);
      const own = await agent.command(['doctor', '--ca-file', file('ca.pem')], env);
      expect(own.stdout).toMatch(/^server\s+works/m);
    } finally {
      secure.close();
    }
  });

  it('install --dry-run shows what it would do, and no key', async () => {
    const { code, stdout } = await agent.command([
      'install',
      '--dry-run',
      '--server',
      'https://monitor.example.com',
      '--enrollment-key',
      'not-to-be-shown',
      '--interval',
      '90s',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('https://monitor.example.com');
    expect(stdout).not.toContain('not-to-be-shown');
    expect(stdout).toMatch(/PROCSPY_INTERVAL\W+90s\b/);
    // Only what was given is kept: a later host name or default is not held up.
    expect(stdout).not.toMatch(/PROCSPY_MACHINE_NAME|SPOOL/);
    const gone = await agent.command(['uninstall', '--dry-run']);
    expect(gone.code).toBe(0);
    expect(gone.stdout).toContain('remove ');
  });

  it('goes on in memory when its state folder cannot be used, and says so', async () => {
    const file = join(agent.stateDir, 'file');
    writeFileSync(file, '');
    const stuck = new TestAgent({
      PROCSPY_SERVER_URL: server.url,
      PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
      PROCSPY_STATE_DIR: join(file, 'state'),
    });
    stuck.start();
    await waitFor('the delivery', () => stuck.log.includes('delivering to'));
    expect(stuck.log).toMatch(/WARN\s+cannot keep samples in .*going on in memory/);
    expect(await stuck.end('SIGTERM')).toBe(0);
    await stuck.remove();
  });
});

describe('an agent of a server in the open mode', () => {
  it('needs no key at all, and none again after it lost its state', async () => {
    const open = await startServer({ database: 'sqlite', env: { PROCSPY_AUTH_REQUIRED: 'false' } });
    const agents = [0, 1].map(
      () => new TestAgent({ PROCSPY_SERVER_URL: open.url, PROCSPY_FINGERPRINT: 'open-mode' }),
    );
    try {
      for (const one of agents) {
        one.start();
        await waitFor('the delivery', () => one.log.includes('delivering to'));
        expect(await one.end('SIGTERM')).toBe(0);
      }
      const ids = agents.map(({ log }) => /as machine (\S+)/.exec(log)?.[1]);
      expect(ids[0]).toBe(ids[1]);
    } finally {
      for (const one of agents) await one.remove();
      await open.stop();
    }
  });
});

/** The one thing that a server may ask of an agent: its top processes, while a rule is pending. */
import { adminToken, call } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { TestAgent } from './agent-process.js';

jest.setTimeout(120_000);

let server: TestServer;
let token: string;
let agents: TestAgent[] = [];

beforeAll(async () => {
  server = await startServer({ database: 'sqlite' });
  token = await adminToken(server);
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const agent of agents) await agent.remove();
});

interface AlertView {
  machine_name: string;
  evidence: { pid: number; name: string; cpu: number | null; rss_bytes: number | null }[] | null;
}

describe('evidence', () => {
  it('comes with the alert, unless the agent was told to keep it', async () => {
    const rule = await call(server, 'POST', '/api/v1/alert-rules', {
      key: token,
      json: {
        name: 'any use of memory',
        metric: 'ram',
        operator: 'gte',
        threshold: 0,
        for_seconds: 10,
        severity: 'info',
        scope: { all: true },
        channel_ids: [],
        enabled: true,
      },
    });
    expect(rule.status).toBe(201);
    agents = ['open', 'silent'].map(
      (name) =>
        new TestAgent({
          PROCSPY_SERVER_URL: server.url,
          PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
          PROCSPY_MACHINE_NAME: name,
          PROCSPY_INTERVAL: '1s',
          ...(name === 'silent' ? { PROCSPY_EVIDENCE: 'false' } : {}),
        }),
    );
    for (const agent of agents) agent.start();
    const alerts = async (): Promise<AlertView[]> =>
      (await call(server, 'GET', '/api/v1/alerts?state=firing', { key: token })).body.items;
    const evidence = await waitFor(
      'an alert with evidence',
      async () => (await alerts()).find(({ machine_name }) => machine_name === 'open')?.evidence,
      60_000,
    );
    expect(evidence.length).toBeGreaterThan(0);
    expect(evidence.length).toBeLessThanOrEqual(10);
    for (const process of evidence) {
      expect(Object.keys(process).sort()).toEqual(['cpu', 'name', 'pid', 'rss_bytes', 'user']);
    }
    const silent = await waitFor('the other alert', async () =>
      (await alerts()).find(({ machine_name }) => machine_name === 'silent'),
    );
    expect(silent.evidence).toBeNull();
  });
});

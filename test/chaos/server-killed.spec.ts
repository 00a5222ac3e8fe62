/** The server killed under a stream of concurrent pushes: what was acknowledged is there, once. */
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';

const WRITERS = 16;
const KILLS = 3;

describe.each(DATABASES)('SIGKILL under load on %s', (database) => {
  let server: TestServer;
  let machine: TestMachine;
  let writers: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    server = await startServer({ database });
    machine = await register(server, 'victim');
  });

  afterAll(() => server?.stop());

  it('loses no acknowledged sample and stores none twice', async () => {
    const acknowledged = new Set<number>();
    let next = Date.now() - 3_600_000;
    for (let kill = 0; kill < KILLS; kill++) {
      let running = true;
      const before = acknowledged.size;
      const enough = new Promise<void>((resolve) => {
        const write = async () => {
          while (running) {
            const timestamp = next++;
            if (await pushed(timestamp)) {
              acknowledged.add(timestamp);
              if (acknowledged.size === before + 300) {
                resolve();
              }
            }
          }
        };
        writers = Promise.all(Array.from({ length: WRITERS }, write));
      });
      await enough;
      await server.kill();
      running = false;
      await writers;
      await server.start();
    }
    const stored = await storedTimes();
    expect(new Set(stored).size).toBe(stored.length);
    const lost = [...acknowledged].filter((timestamp) => !stored.includes(timestamp));
    expect(lost).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(KILLS * 300);
  }, 180_000);

  async function pushed(timestamp: number): Promise<boolean> {
    try {
      const { status } = await call(server, 'POST', '/api/v1/metrics', {
        key: machine.api_key,
        json: sample(machine, { timestamp }),
      });
      return status === 200;
    } catch (error) {
      // The connection died with the server: not acknowledged.
      expect((error as Error).message).toMatch(/fetch failed|terminated/);
      return false;
    }
  }

  async function storedTimes(): Promise<number[]> {
    const { body } = await call(
      server,
      'GET',
      `/api/v1/machines/${machine.machine_id}/metrics/export?format=csv`,
      { key: await adminToken(server) },
    );
    return String(body)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Date.parse(line.split(',', 1)[0] ?? ''));
  }
});

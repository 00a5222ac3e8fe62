/** A plain push goes a shorter way than others: whichever it goes, the answer is the same. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { register, sample, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';

describe('a push', () => {
  let server: TestServer;
  let machine: TestMachine;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite' });
    machine = await register(server, 'two-ways');
  });

  afterAll(() => server.stop());

  /** The answer without what two answers differ in anyway, and whether the connection is kept. */
  async function push(text: string, headers: Record<string, string>) {
    const sent = request(new URL('/api/v1/metrics', server.url), {
      method: 'POST',
      headers: { 'x-api-key': machine.api_key, 'content-type': 'application/json', ...headers },
    });
    sent.end(text);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) {
      chunks.push(chunk);
    }
    const { request_id, ...body } = JSON.parse(Buffer.concat(chunks).toString());
    const { date, connection, 'keep-alive': keepAlive, ...answered } = response.headers;
    return { status: response.statusCode, headers: answered, body, named: Boolean(request_id) };
  }

  const short = (text: string) => push(text, { 'content-length': String(Buffer.byteLength(text)) });
  /** Without a length it is not plain. */
  const usual = (text: string) => push(text, { 'transfer-encoding': 'chunked' });

  it.each<[string, number, (machine: TestMachine) => string]>([
    ['a good sample', 200, (own) => JSON.stringify(sample(own))],
    ['a field that is not known', 400, (own) => JSON.stringify(sample(own, { cpus: 1 }))],
    ['two faults', 400, (own) => JSON.stringify(sample(own, { cpu: -1, ram: '1' }))],
    ['the far future', 400, (own) => JSON.stringify(sample(own, { timestamp: 4e12 }))],
    [
      "another machine's sample",
      403,
      () => JSON.stringify(sample({ machine_id: '00000000-0000-4000-8000-000000000000' })),
    ],
    ['malformed JSON', 400, () => '{"cpu": 1,,}'],
    ['truncated JSON', 400, () => '{"cpu": 1'],
    ['nothing', 400, () => ''],
    ['a forged prototype', 400, () => '{"__proto__": {"cpu": 1}}'],
    ['a list', 400, () => '[]'],
    ['half a character', 400, (own) => JSON.stringify(sample(own, { missing: { gpu: '\ud83d' } }))],
  ])('of %s is answered alike on both ways', async (_, status, body) => {
    // The first push with a key looks the key up, the usual way.
    await usual(JSON.stringify(sample(machine)));
    const [one, other] = [await short(body(machine)), await usual(body(machine))];
    expect(one.status).toBe(status);
    expect(one).toEqual(other);
  });
});

import { once } from 'node:events';
import { createServer, type RequestOptions, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidInputError } from '../../common/errors.js';
import { RouteDurationsService } from '../../common/route-durations.service.js';
import { PlainPushService } from './plain-push.service.js';

const BODY = JSON.stringify({ cpu: 1 });
const PLAIN = {
  'x-api-key': 'known',
  'content-type': 'application/json',
  'content-length': String(BODY.length),
};

const WITHOUT_LENGTH = {
  'x-api-key': PLAIN['x-api-key'],
  'content-type': PLAIN['content-type'],
  'transfer-encoding': 'chunked',
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInputError('request.invalid_json', 'the body is not valid JSON');
  }
}

/** The lane in front of a server that answers everything else with 418. */
describe('push lane', () => {
  const durations = new RouteDurationsService();
  const instances: string[] = [];
  let room = true;
  let server: Server;

  const lane = new PlainPushService(
    {
      authenticateNow: (key: string) =>
        key === 'known' ? { kind: 'machine', id: 'key', machine: 1, machine_id: 'one' } : undefined,
    } as never,
    { tryTakePush: () => room } as never,
    { noteInstance: (_machine: number, instance: string) => instances.push(instance) } as never,
    {
      ingest: async (_machine: unknown, sample: unknown) => ({
        status: 'metrics_received',
        sample,
      }),
    } as never,
    durations,
  );

  beforeEach(async () => {
    room = true;
    server = createServer((_request, response) => {
      response.writeHead(418).end('the usual way');
    });
    lane.attachTo(server, { requestId: () => 'id-1', parseJson });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function send(options: RequestOptions, body?: string) {
    const { port } = server.address() as AddressInfo;
    const sent = request({
      port,
      path: '/api/v1/metrics',
      method: 'POST',
      headers: PLAIN,
      ...options,
    });
    sent.end(body ?? BODY);
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const chunk of response) {
      text += chunk;
    }
    return { status: response.statusCode, headers: response.headers, text };
  }

  it('answers a plain push of a known machine, and counts how long it took', async () => {
    const { status, headers, text } = await send({
      headers: { ...PLAIN, 'x-procspy-instance': 'agent-1' },
    });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ status: 'metrics_received', sample: { cpu: 1 } });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-length': String(text.length),
    });
    expect(instances).toEqual(['agent-1']);
    expect(durations.series()[0]?.labels).toEqual({
      method: 'POST',
      route: '/api/v1/metrics',
      status: '200',
    });
  });

  it('answers what fails with the body of every error', async () => {
    const text = 'not JSON';
    const headers = { ...PLAIN, 'content-length': String(text.length) };
    const answer = await send({ headers }, text);
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 'request.invalid_json',
      request_id: 'id-1',
    });
  });

  it.each<[string, RequestOptions]>([
    ['another route', { path: '/api/v1/metrics/batch' }],
    ['another method', { method: 'PUT' }],
    ['an unknown key', { headers: { ...PLAIN, 'x-api-key': 'unknown' } }],
    ['another content type', { headers: { ...PLAIN, 'content-type': 'text/plain' } }],
    ['a compressed body', { headers: { ...PLAIN, 'content-encoding': 'gzip' } }],
    ['a body without a length', { headers: WITHOUT_LENGTH }],
    ['a body past the limit', { headers: { ...PLAIN, 'content-length': '999999999' } }],
    ['a page of a browser', { headers: { ...PLAIN, origin: 'https://example.org' } }],
  ])('leaves %s to the usual way', async (_, options) => {
    expect(await send(options)).toMatchObject({ status: 418, text: 'the usual way' });
  });

  it('leaves who pushes too often to the usual way, which refuses', async () => {
    room = false;
    expect(await send({})).toMatchObject({ status: 418 });
  });

  it('outlives a client that breaks off in the middle', async () => {
    const { port } = server.address() as AddressInfo;
    const sent = request({ port, path: '/api/v1/metrics', method: 'POST', headers: PLAIN });
    sent.on('error', () => undefined);
    sent.write('{"cp');
    await once(server, 'request');
    sent.destroy();
    expect(await send({})).toMatchObject({ status: 200 });
  });
});

/** Silences from the request to the receiver: held back, told at the end, ended early. */
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.ts';
import { HttpReceiver } from '../helpers/receivers.ts';
import { DATABASES, startServer, type TestServer } from '../helpers/server.ts';
import { waitFor } from '../helpers/wait.ts';

const HOUR_MS = 3_600_000;

describe.each(DATABASES)('silences on %s', (database) => {
  let server: TestServer;
  let token: string;
  let http: HttpReceiver;
  let channel: string;

  beforeAll(async () => {
    http = await new HttpReceiver().start();
    server = await startServer({ database, env: { PROCSPY_ALLOW_PRIVATE_WEBHOOKS: 'true' } });
    token = await adminToken(server);
    const hook = { name: 'hook', type: 'webhook', config: { url: http.url } };
    channel = (await api('POST', '/notification-channels', hook)).body.id;
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), http?.stop()]);
  });

  const api = (method: string, path: string, json?: unknown) =>
    call(server, method, `/api/v1${path}`, { key: token, json });
  const push = (machine: TestMachine, cpu: number) =>
    call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, { cpu }),
    });
  const inAnHour = () => new Date(Date.now() + HOUR_MS).toISOString();

  async function rule(machines: TestMachine[], more: object = {}): Promise<string> {
    const answer = await api('POST', '/alert-rules', {
      name: 'CPU',
      metric: 'cpu',
      operator: 'gt',
      threshold: 50,
      scope: { machine_ids: machines.map(({ machine_id }) => machine_id) },
      channel_ids: [channel],
      ...more,
    });
    expect(answer.status).toBe(201);
    return answer.body.id;
  }

  async function silence(body: object): Promise<string> {
    const answer = await api('POST', '/silences', { ends_at: inAnHour(), ...body });
    expect(answer.status).toBe(201);
    return answer.body.id;
  }

  const alertsOf = async (rule_id: string, state: string) =>
    (await api('GET', `/alerts?rule_id=${rule_id}&state=${state}`)).body.items;
  /** What came for one machine, in order. */
  const toldOf = ({ machine_id }: TestMachine): string[] =>
    http.requests.flatMap(({ body }) =>
      body.alerts
        .filter(({ alert }: { alert: { machine_id: string } }) => alert.machine_id === machine_id)
        .map(({ kind }: { kind: string }) => kind),
    );
  /** Returns once the evaluation and the outbox have gone by: another machine's alert was told. */
  async function aRoundLater(): Promise<void> {
    const machine = await register(server, 'mark');
    await rule([machine]);
    await push(machine, 99);
    await waitFor('the mark', () => toldOf(machine).includes('fired'));
  }

  it('hold an alert back, name what holds it, and tell it when they are ended early', async () => {
    const machine = await register(server, 'held', { tags: ['maintenance'] });
    const id = await rule([machine]);
    const held = await silence({ tags: ['maintenance'], rule_ids: [id], comment: ' new disk ' });
    await push(machine, 99);
    const [alert] = await waitFor('the alert', async () => {
      const alerts = await alertsOf(id, 'firing');
      return alerts.length > 0 ? alerts : null;
    });
    const answered = (await api('GET', `/silences/${held}`)).body;
    expect(answered).toMatchObject({
      state: 'active',
      comment: 'new disk',
      created_by: 'admin@procspy.test',
      tags: ['maintenance'],
      machine_ids: [],
      weekly: null,
    });
    expect(answered.active_until).toBe(answered.ends_at);
    expect(alert).toMatchObject({ silenced_by: held, silenced_until: answered.ends_at });
    await aRoundLater();
    expect(toldOf(machine)).toEqual([]);
    const { body: log } = await api('GET', `/notification-deliveries?alert_id=${alert.id}`);
    expect(log.total).toBe(0);

    expect((await api('DELETE', `/silences/${held}`)).status).toBe(204);
    await waitFor('the notification', () => toldOf(machine).includes('fired'));
    const { body: free } = await api('GET', `/alerts/${alert.id}`);
    expect(free).toMatchObject({ state: 'firing', silenced_by: null, silenced_until: null });
    await push(machine, 5);
    await waitFor('the recovery', () => toldOf(machine).includes('resolved'));
    expect(toldOf(machine)).toEqual(['fired', 'resolved']);

    // It is kept among those that are over, and ending it again changes nothing.
    expect((await api('DELETE', `/silences/${held}`)).status).toBe(204);
    const ended = (await api('GET', '/silences?ended=true')).body.items;
    expect(ended).toMatchObject([{ id: held, state: 'ended', active_until: null }]);
  });

  it('hold back reminders and the recovery of what was told, and forget what came and went', async () => {
    const told = await register(server, 'told');
    const passing = await register(server, 'passing');
    const id = await rule([told, passing], { repeat_seconds: 1 });
    await push(told, 99);
    await waitFor('a reminder', () => toldOf(told).includes('repeated'));
    const machine_ids = [told.machine_id, passing.machine_id.toUpperCase()];
    const held = await silence({ machine_ids });
    // What the outbox was sending already may still arrive; nothing begins after the mark.
    await aRoundLater();
    const before = toldOf(told).length;
    await push(passing, 99);
    await waitFor('the other', async () => (await alertsOf(id, 'firing')).length === 2);
    await push(told, 5);
    await push(passing, 5);
    await waitFor('both ends', async () => (await alertsOf(id, 'resolved')).length === 2);
    await aRoundLater();
    expect(toldOf(told)).toHaveLength(before);

    await api('DELETE', `/silences/${held}`);
    await waitFor('the recovery', () => toldOf(told).includes('resolved'));
    await aRoundLater();
    expect(toldOf(told).slice(before)).toEqual(['resolved']);
    expect(toldOf(passing)).toEqual([]);
  });

  it('last through a restart of the server, and end by themselves', async () => {
    const machine = await register(server, 'restarted');
    const id = await rule([machine]);
    const held = await silence({ machine_ids: [machine.machine_id] });
    await push(machine, 99);
    await waitFor('the alert', async () => (await alertsOf(id, 'firing')).length === 1);
    await server.kill();
    await server.start();
    await aRoundLater();
    expect(toldOf(machine)).toEqual([]);
    const soon = new Date(Date.now() + 2_000).toISOString();
    const changed = await api('PATCH', `/silences/${held}`, { ends_at: soon });
    expect(changed).toMatchObject({ status: 200, body: { state: 'active', active_until: soon } });
    await waitFor('the notification', () => toldOf(machine).includes('fired'));
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(soon));
    expect(toldOf(machine)).toEqual(['fired']);
  });

  it('come back every week, are coming until then, and leave no trace if they never began', async () => {
    const weekly = {
      time_zone: 'Europe/Berlin',
      windows: [{ days: ['sun'], from: '02:00', to: '04:00' }],
    };
    const always = {
      time_zone: 'UTC',
      windows: [
        { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
      ],
    };
    const answer = await api('POST', '/silences', {
      weekly,
      starts_at: inAnHour(),
      tags: ['none'],
    });
    expect(answer.body).toMatchObject({
      state: 'coming',
      active_until: null,
      ends_at: null,
      weekly,
    });
    const path = `/silences/${answer.body.id}`;
    const active = await api('PATCH', path, {
      weekly: always,
      starts_at: new Date().toISOString(),
    });
    expect(active.body).toMatchObject({ state: 'active', tags: ['none'] });
    expect((await api('PATCH', path, { starts_at: inAnHour() })).body.state).toBe('coming');
    const listed = (await api('GET', '/silences?ended=false&limit=1')).body;
    expect(listed).toMatchObject({ items: [{ id: answer.body.id }], total: 1, next: null });
    expect((await api('DELETE', path)).status).toBe(204);
    expect(await api('GET', path)).toMatchObject({
      status: 404,
      body: { code: 'alerts.silence_not_found' },
    });
  });

  it('say what is wrong with them', async () => {
    const refused = async (body: object) => (await api('POST', '/silences', body)).body;
    expect(await refused({})).toMatchObject({
      code: 'alerts.invalid_silence',
      message: ['ends_at must be given for a silence that is not weekly'],
    });
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await refused({ ends_at: inAnHour(), machine_ids: [nobody] })).toMatchObject({
      code: 'alerts.unknown_machine',
    });
    expect(await refused({ ends_at: inAnHour(), rule_ids: [nobody] })).toMatchObject({
      code: 'alerts.unknown_rule',
    });
    const over = await silence({ tags: ['none'] });
    await api('DELETE', `/silences/${over}`);
    expect(await api('PATCH', `/silences/${over}`, { comment: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'alerts.silence_ended' },
    });
  });

  it('refuse null for a list, which would silence everything, and text that cannot be kept', async () => {
    const id = await silence({ tags: ['none'] });
    for (const field of ['machine_ids', 'tags', 'rule_ids', 'comment', 'starts_at']) {
      const { status, body } = await api('PATCH', `/silences/${id}`, { [field]: null });
      expect({ status, ...body }).toMatchObject({ status: 400, code: 'request.invalid' });
      expect(body.message).toEqual([expect.stringMatching(new RegExp(`^${field} must `))]);
    }
    expect(await api('PATCH', `/silences/${id}`, { comment: 'a\u0000b' })).toMatchObject({
      status: 400,
      body: {
        message: ['comment must be text of at most 1000 characters without control characters'],
      },
    });
    const note = { note: 'a\u0000b' };
    expect(await api('POST', `/alerts/${id}/acknowledge`, note)).toMatchObject({
      status: 400,
      body: {
        message: ['note must be text of at most 1000 characters without control characters'],
      },
    });
    const changed = await api('PATCH', `/silences/${id}`, { comment: 'two\nlines', weekly: null });
    expect(changed).toMatchObject({ status: 200, body: { comment: 'two\nlines', tags: ['none'] } });
    await api('DELETE', `/silences/${id}`);
  });

  it('are read by viewers, written by administrators, and noted in the audit log', async () => {
    const viewer = { email: `viewer@${database}.test`, password: 'looks but never touches' };
    await api('POST', '/users', { ...viewer, role: 'viewer' });
    const login = await call(server, 'POST', '/api/v1/auth/login', { json: viewer });
    const key = login.body.access_token;
    expect((await call(server, 'GET', '/api/v1/silences', { key })).status).toBe(200);
    const json = { ends_at: inAnHour() };
    expect(await call(server, 'POST', '/api/v1/silences', { key, json })).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden' },
    });
    const { body } = await api('GET', '/audit?limit=200');
    const actions = body.items.map(({ action }: { action: string }) => action);
    for (const action of ['silence.create', 'silence.update', 'silence.end']) {
      expect(actions).toContain(action);
    }
    const created = body.items.filter(
      ({ action }: { action: string }) => action === 'silence.create',
    );
    expect(created.map(({ details }: { details: object }) => details)).toContainEqual(
      expect.objectContaining({
        comment: 'new disk',
        machines: 'any',
        tags: 1,
        rules: 1,
        weekly: false,
      }),
    );
  });
});

/** Alerts from the push to the receiver: fired, repeated, acknowledged, resolved. */
import { createHmac } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.ts';
import { HttpReceiver, MailReceiver } from '../helpers/receivers.ts';
import { DATABASES, startServer, type TestServer } from '../helpers/server.ts';
import { waitFor } from '../helpers/wait.ts';

const SECRET = 'shared with the receiver';

describe.each(DATABASES)('alerts on %s', (database) => {
  let server: TestServer;
  let token: string;
  let http: HttpReceiver;
  let mail: MailReceiver;

  beforeAll(async () => {
    http = await new HttpReceiver().start();
    mail = await new MailReceiver().start();
    server = await startServer({ database, env: { PROCSPY_ALLOW_PRIVATE_WEBHOOKS: 'true' } });
    token = await adminToken(server);
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), http?.stop(), mail?.stop()]);
  });

  const api = (method: string, path: string, json?: unknown) =>
    call(server, method, `/api/v1${path}`, { key: token, json });
  const push = (machine: TestMachine, changes: object) =>
    call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, changes),
    });

  async function channel(name: string, type: string, config: object): Promise<string> {
    const answer = await api('POST', '/notification-channels', { name, type, config });
    expect(answer.status).toBe(201);
    return answer.body.id;
  }

  async function rule(body: object): Promise<string> {
    const answer = await api('POST', '/alert-rules', {
      name: 'CPU',
      metric: 'cpu',
      operator: 'gt',
      threshold: 50,
      for_seconds: 0,
      severity: 'critical',
      scope: { all: true },
      channel_ids: [],
      enabled: true,
      ...body,
    });
    expect(answer.status).toBe(201);
    return answer.body.id;
  }

  const alertsOf = async (rule_id: string, state = '') =>
    (await api('GET', `/alerts?rule_id=${rule_id}${state && `&state=${state}`}`)).body.items;
  const requestsOf = (rule_id: string) =>
    http.requests.filter(({ body }) =>
      body.alerts?.some(({ alert }: { alert: { rule_id: string } }) => alert.rule_id === rule_id),
    );
  const kindsOf = (rule_id: string) => requestsOf(rule_id).map(({ body }) => body.alerts[0].kind);

  it('refuses rules that name machines which do not exist', async () => {
    const machine = await register(server, 'soon gone');
    const scope = { machine_ids: [machine.machine_id.toUpperCase()] };
    const id = await rule({ name: 'Outlives', scope });
    const nobody = '00000000-0000-4000-8000-000000000000';
    const unknown = {
      status: 400,
      body: {
        code: 'alerts.unknown_machine',
        message: `scope.machine_ids: no machine has the id ${nobody}`,
      },
    };
    const wrong = { machine_ids: [machine.machine_id, nobody] };
    const body = { name: 'CPU', metric: 'cpu', operator: 'gt', threshold: 50, scope: wrong };
    expect(await api('POST', '/alert-rules', body)).toMatchObject(unknown);
    expect(await api('PUT', `/alert-rules/${id}`, body)).toMatchObject(unknown);
    expect(await api('PATCH', `/alert-rules/${id}`, { scope: wrong })).toMatchObject(unknown);

    // A rule outlives its machine and can still be changed.
    await api('DELETE', `/machines/${machine.machine_id}`);
    const changed = await api('PATCH', `/alert-rules/${id}`, { enabled: false, scope });
    expect(changed).toMatchObject({ status: 200, body: { enabled: false } });
    expect((await api('DELETE', `/alert-rules/${id}`)).status).toBe(204);
  });

  it('has sensible rules from the start', async () => {
    const { body } = await api('GET', '/alert-rules');
    expect(body.items).toMatchObject([
      { metric: 'cpu', operator: 'gt', threshold: 90, for_seconds: 300 },
      { metric: 'ram', operator: 'gt', threshold: 80, for_seconds: 300 },
      { metric: 'usage', device: { kind: 'filesystem' }, operator: 'gt', threshold: 90 },
      { metric: 'offline', for_seconds: 120 },
    ]);
  });

  it('fires, reminds, is acknowledged and resolves, by webhook and mail', async () => {
    const machine = await register(server, 'web-1');
    const channel_ids = [
      await channel('hook', 'webhook', { url: `${http.url}/hook`, secret: SECRET }),
      await channel('mail', 'email', {
        host: '127.0.0.1',
        port: mail.port,
        username: 'procspy',
        password: 'mail secret',
        from: 'procspy@example.test',
        to: ['ops@example.test'],
      }),
    ];
    const scope = { machine_ids: [machine.machine_id] };
    const id = await rule({ name: 'Busy', channel_ids, scope, repeat_seconds: 1 });
    const live = await follow(server, token);

    await push(machine, { cpu: 97.5 });
    await waitFor('the reminder', () => kindsOf(id).includes('repeated'));
    expect(kindsOf(id).filter((kind) => kind === 'fired')).toHaveLength(1);
    const [first] = requestsOf(id);
    expect(first?.body).toMatchObject({
      severity: 'critical',
      alerts: [{ kind: 'fired', alert: { state: 'firing', first_value: 97.5 } }],
    });
    expect(first?.body.title).toBe('[firing] critical: Busy on web-1');
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
      String(first?.headers['x-procspy-signature']),
    ) as RegExpExecArray;
    expect(mac).toBe(
      createHmac('sha256', SECRET).update(`${seconds}.${first?.text}`).digest('hex'),
    );

    const [alert] = await alertsOf(id, 'firing');
    const viewer = { email: `viewer@${database}.test`, password: 'looks but never touches' };
    expect((await api('POST', '/users', { ...viewer, role: 'viewer' })).status).toBe(201);
    const login = await call(server, 'POST', '/api/v1/auth/login', { json: viewer });
    const key = login.body.access_token;
    const refused = await call(server, 'POST', `/api/v1/alerts/${alert.id}/acknowledge`, { key });
    expect(refused).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect((await call(server, 'GET', `/api/v1/alerts/${alert.id}`, { key })).body.state).toBe(
      'firing',
    );

    const acknowledged = await api('POST', `/alerts/${alert.id}/acknowledge`, { note: 'on it' });
    expect(acknowledged.body).toMatchObject({
      state: 'acknowledged',
      acknowledged_note: 'on it',
      acknowledged_by: 'admin@procspy.test',
    });
    await waitFor('the mail', () => mail.mails.length >= 1);
    expect(mail.mails[0]).toMatchObject({ to: ['ops@example.test'] });
    expect(mail.mails[0]?.text).toContain('Subject: [firing] critical: Busy on web-1');

    await push(machine, { cpu: 99 });
    await push(machine, { cpu: 12 });
    await waitFor('the recovery', () => kindsOf(id).includes('resolved'));
    await waitFor('the recovery by mail', () =>
      mail.mails.some(({ text }) => /\[resolved\]/.test(text)),
    );
    expect((await alertsOf(id))[0]).toMatchObject({
      state: 'resolved',
      resolution: 'recovered',
      peak_value: 99,
      last_value: 12,
      acknowledged_by: 'admin@procspy.test',
      rule: { name: 'Busy', threshold: 50 },
    });
    // The receivers know before the server has noted that they do.
    const log = await waitFor('the log to be complete', async () => {
      const { body } = await api('GET', `/notification-deliveries?alert_id=${alert.id}`);
      const items: { kind: string; state: string }[] = body.items;
      const isOver = ({ state }: { state: string }) => state === 'delivered' || state === 'skipped';
      return items.every(isOver) ? items : null;
    });
    for (const item of log) {
      expect(item).toMatchObject({ rule_name: 'Busy', machine_name: 'web-1' });
    }
    // Reminders are dropped where other news overtakes them; nothing else is.
    const told = log.filter(({ kind }) => kind !== 'repeated');
    expect(told.map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
      'fired delivered',
      'fired delivered',
      'resolved delivered',
      'resolved delivered',
    ]);
    const types = () =>
      live.events.filter((event) => event.alert.rule_id === id).map(({ type }) => type);
    await waitFor('the live events', () => types().length >= 3);
    expect(types()).toEqual(['opened', 'acknowledged', 'resolved']);
    live.socket.disconnect();
  });

  it('watches devices each on its own, and ends alerts whose rule or machine goes', async () => {
    const [one, other] = [await register(server, 'disks-1'), await register(server, 'disks-2')];
    const device = { metric: 'usage', device: { kind: 'filesystem' }, threshold: 80 };
    const id = await rule({ ...device, scope: { machine_ids: [one.machine_id] } });
    const second = await rule({ ...device, scope: { machine_ids: [other.machine_id] } });
    const devices = {
      filesystems: [
        { name: '/', usage: 10 },
        { name: '/data', usage: 91 },
        { name: '/var', usage: 85 },
      ],
    };
    await push(one, { devices });
    await push(other, { devices });
    await waitFor('both', async () => (await alertsOf(second, 'firing')).length === 2);
    const names = (await alertsOf(id, 'firing')).map(
      (alert: { device: { name: string } }) => alert.device.name,
    );
    expect(names.sort()).toEqual(['/data', '/var']);

    expect((await api('DELETE', `/alert-rules/${id}`)).status).toBe(204);
    expect((await api('DELETE', `/machines/${other.machine_id}`)).status).toBe(204);
    await waitFor('the end', async () => (await alertsOf(second, 'resolved')).length === 2);
    expect((await alertsOf(second))[0].resolution).toBe('machine_deleted');
    const { body } = await api('GET', `/alerts?machine_id=${one.machine_id}&state=resolved`);
    expect(body.items.map((alert: { resolution: string }) => alert.resolution)).toEqual([
      'rule_changed',
      'rule_changed',
    ]);
    expect(body.items[0]).toMatchObject({ rule_id: null, rule_name: 'CPU' });
  });

  it('keeps the evidence that the agent attaches while a rule is pending', async () => {
    const machine = await register(server, 'evidence-1');
    const scope = { machine_ids: [machine.machine_id] };
    const id = await rule({ scope, for_seconds: 600 });
    await push(machine, { cpu: 80 });
    await waitFor('the wish', async () => {
      const answer = await push(machine, { cpu: 80 });
      return answer.body.wants?.evidence_until > Date.now();
    });
    const evidence = [{ pid: 7, name: 'stress', user: 'root', cpu: 78, rss_bytes: 1e6 }];
    await push(machine, { cpu: 80, evidence });
    const [alert] = await waitFor('the evidence', async () => {
      const alerts = await alertsOf(id, 'pending');
      return alerts[0]?.evidence ? alerts : null;
    });
    expect(alert.evidence).toEqual(evidence);
  });

  it('opens nothing for samples that arrive late, and replays them in a dry run', async () => {
    const machine = await register(server, 'late-1');
    const scope = { machine_ids: [machine.machine_id] };
    const body = { scope, for_seconds: 60 };
    const id = await rule(body);
    const start = Date.now() - 30 * 60_000;
    const samples = Array.from({ length: 60 }, (_, index) =>
      sample(machine, { timestamp: start + index * 10_000, cpu: index >= 30 ? 20 : 95 }),
    );
    await call(server, 'POST', '/api/v1/metrics/batch', {
      key: machine.api_key,
      json: { samples },
    });
    await push(machine, { cpu: 20 });
    const mark = await rule({ scope, threshold: 15 });
    await waitFor('a round', async () => (await alertsOf(mark, 'firing')).length === 1);
    expect(await alertsOf(id)).toEqual([]);

    const { rule: replayed, ...range } = {
      rule: { name: 'x', metric: 'cpu', operator: 'gt', threshold: 50, ...body },
      from: start - 60_000,
    };
    const dry = await api('POST', '/alert-rules/dry-run', { rule: replayed, ...range });
    expect(dry.body).toMatchObject({ machines_covered: 1, fired: 1 });
    expect(dry.body.machines[0]).toMatchObject({ machine_name: 'late-1', firing_seconds: 240 });
  });

  it('goes by the clock of a machine that is slow, however slow, and shows it', async () => {
    const [slow, slower] = [await register(server, 'slow'), await register(server, 'very slow')];
    const machine_ids = [slow.machine_id, slower.machine_id];
    const id = await rule({ scope: { machine_ids }, for_seconds: 1 });
    await waitFor(
      'the alerts',
      async () => {
        await push(slower, { cpu: 95, timestamp: Date.now() - 1_200_000 });
        await push(slow, { cpu: 95, timestamp: Date.now() - 90_000 });
        return (await alertsOf(id, 'firing')).length === 2;
      },
      60_000,
    );
    const offsetOf = async ({ machine_id }: TestMachine) =>
      (await api('GET', `/machines/${machine_id}`)).body.clock_offset_seconds;
    expect(await offsetOf(slow)).toBeCloseTo(-90, -1);
    expect(await offsetOf(slower)).toBeCloseTo(-1_200, -1);
  });

  it('hears a machine whose clock is far ahead, and refuses its samples by name', async () => {
    const machine = await register(server, 'ahead');
    const scope = { machine_ids: [machine.machine_id] };
    const id = await rule({ metric: 'offline', operator: 'gt', threshold: 0, scope });
    const tooFar = () => sample(machine, { timestamp: Date.now() + 600_000 });
    const of = async () => (await api('GET', `/machines/${machine.machine_id}`)).body;
    await push(machine, { cpu: 5 });
    const since = Date.now();
    await waitFor(
      'longer than a silence that is forgiven',
      async () => {
        const single = await call(server, 'POST', '/api/v1/metrics', {
          key: machine.api_key,
          json: tooFar(),
        });
        expect(single).toMatchObject({
          status: 400,
          body: { code: 'metrics.invalid_timestamp_ahead' },
        });
        return Date.now() - since > 20_000;
      },
      60_000,
      500,
    );
    expect(await of()).toMatchObject({ status: 'online' });
    expect((await of()).clock_offset_seconds).toBeCloseTo(600, -1);
    expect(await alertsOf(id)).toEqual([]);
    const batch = await call(server, 'POST', '/api/v1/metrics/batch', {
      key: machine.api_key,
      json: { samples: [tooFar(), sample(machine)] },
    });
    expect(batch.body).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, code: 'metrics.invalid_timestamp_ahead' }],
    });
    expect((await of()).clock_offset_seconds).toBeNull();
  });

  it('holds notifications back in quiet hours, and drops what is over by then', async () => {
    const machine = await register(server, 'quiet-1');
    const channel_ids = [await channel('quiet', 'webhook', { url: `${http.url}/quiet` })];
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const windows = [{ days, from: '00:00', to: '24:00' }];
    const scope = { machine_ids: [machine.machine_id] };
    const quiet_hours = { time_zone: 'Europe/Berlin', windows };
    const id = await rule({ channel_ids, scope, quiet_hours, repeat_seconds: 1 });
    await push(machine, { cpu: 80 });
    const [alert] = await waitFor('the alert', async () => {
      const alerts = await alertsOf(id, 'firing');
      return alerts.length > 0 ? alerts : null;
    });
    const log = async () =>
      (await api('GET', `/notification-deliveries?alert_id=${alert.id}`)).body.items;
    expect(await log()).toMatchObject([{ kind: 'fired', state: 'waiting', attempts: 0 }]);
    await push(machine, { cpu: 10 });
    await waitFor('the end', async () => (await alertsOf(id, 'resolved')).length === 1);
    expect(await log()).toMatchObject([{ kind: 'fired', state: 'skipped' }]);
    expect(kindsOf(id)).toEqual([]);

    await push(machine, { cpu: 80 });
    await waitFor('the next alert', async () => (await alertsOf(id, 'firing')).length === 1);
    await api('PATCH', `/alert-rules/${id}`, { quiet_hours: null });
    await waitFor('what was held back', () => kindsOf(id).includes('fired'));
  });

  it('tells Prometheus', async () => {
    const key = await api('POST', '/api-keys', { name: 'prom', scope: 'prometheus' });
    const { body } = await call(server, 'GET', '/metrics', { key: key.body.api_key });
    expect(body).toMatch(/^procspy_alerts_firing\{severity="critical"\} \d+$/m);
    expect(body).toMatch(
      /^procspy_notification_deliveries_total\{channel_type="webhook",result="delivered"\} \d+$/m,
    );
  });
});

interface LiveAlert {
  type: string;
  alert: { rule_id: string };
}

async function follow(server: TestServer, token: string) {
  const events: LiveAlert[] = [];
  const socket: Socket = io(`${server.url}/live`, { auth: { token }, transports: ['websocket'] });
  socket.on('alert', (event: LiveAlert) => events.push(event));
  await waitFor('the live connection', () => socket.connected);
  await socket.timeout(30_000).emitWithAck('subscribe', { machine_ids: 'all' });
  return { events, socket };
}

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ServerConfig } from '../../config/server-config.js';
import {
  CHANNEL_KINDS,
  type NotificationChannelType,
  type NotificationKind,
} from '../../contracts/index.js';
import { ServerSecret } from '../../secrets/server-secret.js';
import type { ChannelConfig } from '../channels/channel.entity.js';
import { checkConfig, MASK, splitSecrets } from '../channels/channel-config.js';
import { ChannelSecretsService } from '../channels/channel-secrets.service.js';
import { escapeMarkdown } from '../channels/kinds/chat.js';
import { channelType } from '../channels/kinds/index.js';
import { signatureOf } from '../channels/kinds/webhook.js';
import { type Notification, textOf, titleOf, withNames } from '../channels/message.js';
import type { OutgoingMail, OutgoingRequest } from '../channels/outgoing/outgoing.service.js';
import { isHopeless, retryDelay } from './backoff.js';
import { sampleAlert } from './sample-alert.js';
import { sortDeliveries } from './sort-deliveries.js';

const RELAY = '../../../test/fixtures/relay/certificate.pem';
const NOW = Date.parse('2026-01-02T03:04:05Z');

function item(kind: NotificationKind = 'fired', changes: object = {}) {
  const alert = { ...sampleAlert(NOW), machine_name: 'web-1', rule_name: 'CPU', ...changes };
  return { id: 'delivery-1', kind, alert: { ...alert, id: 'alert-1' } };
}

function told(...items: Notification['items']): Notification {
  return { items, sentAt: new Date(NOW).toISOString() };
}

describe('the words of a notification', () => {
  it('say what is wrong, where, and for how long', () => {
    const fired = told(item('fired', { severity: 'critical', last_value: 97.25 }));
    expect(titleOf(fired)).toBe('[firing] critical: CPU on web-1');
    expect(textOf(fired)).toBe('CPU is 97.3% (alert when > 90%, peak 95%)');
    const over = told(item('resolved', { duration_seconds: 3_725 }));
    expect(textOf(over)).toContain('lasted 1h 2m');
  });

  it('say why an alert ended that did not recover', () => {
    const ended = (resolution: string) => textOf(told(item('resolved', { resolution })));
    expect(ended('recovered')).not.toContain('ended');
    expect(ended('no_data')).toMatch(/; ended: no more data$/);
    expect(ended('rule_changed')).toContain('its rule was changed');
    expect(ended('machine_deleted')).toContain('the machine was deleted');
  });

  it('tell of an alert that is over before it could be told by what was wrong', () => {
    const over = { state: 'resolved', last_value: 10, peak_value: 99 };
    expect(textOf(told(item('fired', over)))).toBe('CPU is 99% (alert when > 90%)');
    expect(textOf(told(item('resolved', over)))).toContain('CPU is 10%');
  });

  it('know units, devices and silence', () => {
    const network = { metric: 'network_in', threshold: 1e6, last_value: 2.5e9, peak_value: null };
    expect(textOf(told(item('fired', network)))).toBe(
      'Network received is 2.50 GB/s (alert when > 1 MB/s)',
    );
    const device = { metric: 'usage', device: { kind: 'filesystem', name: '/data' } };
    expect(textOf(told(item('fired', device)))).toMatch(/^Filesystem \/data usage is 95%/);
    const silence = { metric: 'offline', last_value: 125, duration_seconds: 3_600 };
    expect(textOf(told(item('fired', silence)))).toBe('No sign of life for 2m 5s');
    expect(textOf(told(item('resolved', silence)))).toBe('It was silent for 1h');
    expect(textOf(told(item('fired', { metric: 'uptime', threshold: 90_000 })))).toContain(
      'alert when > 1d 1h',
    );
  });

  it('follow templates and leave unknown names alone', () => {
    const templates = { title: '{{machine}}: {{ rule }} {{nope}}', line: '{{value}}' };
    expect(titleOf(told(item()), templates)).toBe('web-1: CPU {{nope}}');
    expect(textOf(told(item()), templates)).toBe('95%');
  });

  it('list the first of many', () => {
    const many = told(item('resolved'), ...Array.from({ length: 29 }, () => item()));
    expect(titleOf(many)).toBe('30 alerts: 29 firing, 1 resolved');
    expect(textOf(many).split('\n')).toHaveLength(26);
    expect(textOf(many)).toContain('… and 5 more');
  });
});

describe('channels', () => {
  const configs: Record<string, ChannelConfig> = {
    webhook: { url: 'https://x.test/hook', secret: 's' },
    email: { host: 'mail.test', port: 25, secure: false, from: 'a@x.test', to: ['b@x.test'] },
    slack: { url: 'https://hooks.slack.test/1' },
    discord: { url: 'https://discord.test/1' },
    telegram: { token: '1:a', chat_id: '-5', url: 'https://api.telegram.test' },
    ntfy: { url: 'https://ntfy.test', topic: 'ops', token: 't' },
    gotify: { url: 'https://gotify.test/', token: 't' },
    teams: { url: 'https://teams.test/1' },
    pagerduty: { routing_key: 'r', url: 'https://events.pagerduty.test' },
  };

  async function sent(type: string, notification = told(item()), more: ChannelConfig = {}) {
    const requests: OutgoingRequest[] = [];
    const mails: OutgoingMail[] = [];
    const config = { ...configs[type], ...more };
    await channelType(type as 'webhook')?.send(config, notification, {
      post: async (request) => void requests.push(request),
      mail: async (mail) => void mails.push(mail),
    });
    return {
      requests,
      request: requests[0],
      body: JSON.parse(requests[0]?.body ?? '{}'),
      mail: mails[0],
    };
  }

  it.each(Object.keys(CHANNEL_KINDS) as NotificationChannelType[])(
    '%s takes its own configuration',
    async (type) => {
      const config = configs[type];
      expect(checkConfig(channelType(type) as never, config)).toEqual({
        config: expect.objectContaining(config),
        faults: [],
      });
      const { request, mail } = await sent(type);
      expect(JSON.stringify(request ?? mail)).toContain('CPU');
    },
  );

  it('speak the protocols of their services', async () => {
    const slack = await sent('slack', told(item('fired', { rule_name: 'a < b & c' })));
    expect(slack.body.text).toContain('a &lt; b &amp; c');
    expect((await sent('discord')).body.allowed_mentions).toEqual({ parse: [] });
    const [embed] = (await sent('discord', told(item('fired', { rule_name: '[a](b) __c__' })))).body
      .embeds;
    expect(embed.title).toContain('\\[a\\](b) \\_\\_c\\_\\_');
    const telegram = await sent('telegram');
    expect(telegram.request?.url).toBe('https://api.telegram.test/bot1:a/sendMessage');
    expect(telegram.body.chat_id).toBe('-5');
    const ntfy = await sent('ntfy');
    expect(ntfy.request?.headers).toEqual({ authorization: 'Bearer t' });
    expect(ntfy.body).toMatchObject({ topic: 'ops', priority: 2 });
    expect((await sent('gotify')).request).toMatchObject({
      url: 'https://gotify.test/message',
      headers: { 'x-gotify-key': 't' },
    });
    expect((await sent('teams')).body.attachments[0].contentType).toBe(
      'application/vnd.microsoft.card.adaptive',
    );
    expect((await sent('pagerduty', told(item('resolved')))).body).toMatchObject({
      event_action: 'resolve',
      dedup_key: 'alert-1',
      payload: { source: 'web-1', severity: 'info' },
    });
    const test = await sent('pagerduty', told(item('test')));
    expect(test.requests.map(({ body }) => JSON.parse(body).event_action)).toEqual([
      'trigger',
      'resolve',
    ]);
    const webhook = await sent('webhook');
    expect(webhook.request?.headers?.['x-procspy-signature']).toBe(
      signatureOf('s', NOW / 1_000, webhook.request?.body ?? ''),
    );
  });

  it('keep to the sizes that their services take, and cut no character in two', async () => {
    const wide = '😀'.repeat(5_000);
    const long = told(item('fired', { rule_name: wide, device: { kind: 'disk', name: wide } }));
    const { text, attachments } = (await sent('slack', long)).body;
    expect([text.length, attachments[0].text.length].every((length) => length <= 3_000)).toBe(true);
    const [embed] = (await sent('discord', long)).body.embeds;
    expect(embed.title.length).toBeLessThanOrEqual(256);
    expect(embed.description.length).toBeLessThanOrEqual(4_096);
    expect((await sent('telegram', long)).body.text.length).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength((await sent('ntfy', long)).body.message)).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength((await sent('teams', long)).request?.body ?? '')).toBeLessThan(28_000);
    const { summary } = (await sent('pagerduty', long)).body.payload;
    expect(summary.length).toBeLessThanOrEqual(1_024);
    for (const cut of [text, embed.title, embed.description, summary]) {
      expect(cut).toMatch(/😀…$/u);
      expect(cut.isWellFormed()).toBe(true);
    }
  });

  it('show names as they are, also those that read as markup', async () => {
    const fixture = '../../../test/fixtures/field/23-names-as-markup/machine_name.txt';
    const name = (await readFile(resolve(__dirname, fixture), 'utf8')).trim();
    const marked = told(item('fired', { machine_name: name, rule_name: ':fire: *b*' }));
    const both = told(marked.items[0], item('resolved', { machine_name: name }));

    const slack = (await sent('slack', marked)).body;
    expect(slack).toMatchObject({ mrkdwn: false, attachments: [{ mrkdwn_in: [] }] });
    expect(slack.text).toContain(`on ${name}`);

    const { body } = (await sent('teams', both)).body.attachments[0].content;
    const blocks: { type: string; inlines: { type: string; text: string }[] }[] = body;
    // The text of a TextBlock is Markdown, that of a run is not.
    expect(new Set(blocks.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
    expect(blocks.map(({ inlines: [run] }) => run?.text)).toEqual([
      '2 alerts: 1 firing, 1 resolved',
      expect.stringContaining(`[firing] ${name}: `),
      expect.stringContaining(`[resolved] ${name}: `),
    ]);

    const [embed] = (await sent('discord', marked)).body.embeds;
    expect(embed.title).toContain('\\*db\\_01\\* \\_\\_prod\\_\\_ \\[x\\](');
    expect(embed.title).toContain('\\:fire: \\*b\\*');
    const heading = told(item('fired', { machine_name: '# db' }));
    expect(textOf(withNames(heading, escapeMarkdown), { line: '{{machine}}' })).toBe('\\# db');

    // Plain text unless a request asks for markup, and these do not.
    for (const [type, asks] of [
      ['telegram', 'parse_mode'],
      ['ntfy', 'markdown'],
      ['gotify', 'extras'],
    ] as const) {
      const plain = await sent(type, marked);
      expect(plain.body).not.toHaveProperty(asks);
      expect(plain.body.title ?? plain.body.text).toContain(`on ${name}`);
    }
    expect((await sent('webhook', marked)).body.title).toContain(`on ${name}`);
    expect((await sent('pagerduty', marked)).body.payload.summary).toContain(`on ${name}`);
    expect((await sent('email', marked)).mail?.subject).toContain(`on ${name}`);
  });

  it('publish to the root of an ntfy server, also where the address of a topic was given', async () => {
    const requests: OutgoingRequest[] = [];
    const config = { url: 'https://ntfy.test/ops', topic: 'ops' };
    await channelType('ntfy')?.send(config, told(item()), {
      post: async (request) => void requests.push(request),
      mail: async () => undefined,
    });
    expect(requests[0]?.url).toBe('https://ntfy.test/');
  });

  it('hand on the certificate of a server that people run themselves', async () => {
    for (const type of ['webhook', 'slack', 'telegram', 'ntfy', 'gotify', 'email']) {
      const { request, mail } = await sent(type, told(item()), { ca: 'PEM' });
      expect((request ?? mail)?.ca).toBe('PEM');
    }
  });

  it('are signed as the guide checks it', async () => {
    const guide = await readFile(resolve(__dirname, '../../../docs/alerting.md'), 'utf8');
    const [, example] = /```js\n(import \{ createHmac.*?)```/s.exec(guide) ?? [];
    const seconds = Math.floor(Date.now() / 1_000);
    const calls = [
      ['body', signatureOf('s', seconds, 'body'), 's'],
      ['other', signatureOf('s', seconds, 'body'), 's'],
      ['body', signatureOf('s', seconds, 'body'), 'other'],
      ['body', signatureOf('s', seconds - 600, 'body'), 's'],
      ['body', '', 's'],
    ];
    const script = `${example}
      console.log(JSON.stringify(${JSON.stringify(calls)}.map((call) => isFromProcspy(...call))));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(JSON.parse(output.toString())).toEqual([true, false, false, false, false]);
  });

  it('refuse configurations that cannot work', async () => {
    const certificate = await readFile(resolve(__dirname, RELAY), 'utf8');
    const faults = (type: 'webhook' | 'email', config: unknown) =>
      checkConfig(channelType(type) as never, config).faults;
    expect(faults('webhook', {})).toEqual(['config.url must be given']);
    expect(faults('webhook', { url: 'file:///etc/passwd' })).toHaveLength(1);
    expect(faults('webhook', { url: 'https://user:pass@x.test/' })).toHaveLength(1);
    expect(faults('webhook', { url: 'https://x.test', more: 1 })).toEqual([
      'config.more is not a known field of webhook',
    ]);
    const mail = { host: 'x.test', from: 'a@x.test', to: 'b@x.test', port: 0 };
    expect(faults('email', mail)).toEqual(['config.port must be a port from 1 to 65535']);
    const ca = '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----';
    for (const wrong of [ca, 'none', `${certificate}\n${ca}`, 1]) {
      expect(faults('email', { ...mail, port: 25, ca: wrong })).toEqual([
        'config.ca must be certificates as PEM text of at most 20000 characters',
      ]);
    }
    expect(faults('email', { ...mail, port: 25, ca: certificate, skip_verify: true })).toEqual([]);
    expect(faults('email', { ...mail, port: 25, from: 'a@x.test\r\nBcc: all' })).toHaveLength(1);
  });

  it('keep secrets apart, and leave them where the mask comes back', () => {
    const type = channelType('email') as never;
    const given = { host: 'x.test', auth: { user: 'u', pass: 'p' }, from: 'a@x', to: ['b@x'] };
    const { config } = checkConfig(type, given);
    const { shown, secrets } = splitSecrets(type, config);
    expect(secrets).toEqual({ password: 'p' });
    expect(shown).toMatchObject({ username: 'u', port: 587, secure: false });
    expect(checkConfig(type, { ...shown, password: MASK }, config).config.password).toBe('p');
  });
});

describe('the outbox', () => {
  const row = (id: string, kind: NotificationKind, state: 'waiting' | 'delivered' | 'dead') => ({
    id,
    alert_id: 'a',
    kind,
    state,
  });
  const ids = (due: ReturnType<typeof row>[], known: ReturnType<typeof row>[]) => {
    const { ready, skipped } = sortDeliveries(due, known);
    return { ready: ready.map(({ id }) => id), skipped: skipped.map(({ id }) => id) };
  };

  it('sends a recovery only where the alert was delivered', () => {
    const recovery = row('r', 'resolved', 'waiting');
    const fired = (state: 'waiting' | 'delivered' | 'dead') => row('f', 'fired', state);
    expect(ids([recovery], [fired('delivered'), recovery])).toEqual({ ready: ['r'], skipped: [] });
    expect(ids([recovery], [fired('waiting'), recovery])).toEqual({ ready: [], skipped: [] });
    expect(ids([recovery], [fired('dead'), recovery])).toEqual({ ready: [], skipped: ['r'] });
  });

  it('drops reminders of what was not yet told, or is over', () => {
    const reminder = row('m', 'repeated', 'waiting');
    expect(ids([reminder], [row('f', 'fired', 'waiting'), reminder]).skipped).toEqual(['m']);
    expect(ids([reminder], [row('f', 'fired', 'delivered'), reminder]).ready).toEqual(['m']);
    const over = [row('f', 'fired', 'delivered'), reminder, row('r', 'resolved', 'waiting')];
    expect(ids([reminder], over).skipped).toEqual(['m']);
  });

  it('waits longer after each failure, with jitter, and gives up after a day', () => {
    expect([1, 2, 3, 30].map((attempts) => retryDelay(attempts, 0, null))).toEqual([
      2_000, 4_000, 8_000, 600_000,
    ]);
    expect(retryDelay(3, 1, null)).toBe(4_000);
    expect(retryDelay(1, 0, 30_000)).toBe(30_000);
    expect(isHopeless(20, 24 * 3_600_000)).toBe(true);
    expect(isHopeless(2, 48 * 3_600_000)).toBe(false);
  });
});

describe('the secret box', () => {
  const box = (jwtSecret: string) =>
    new ChannelSecretsService(new ServerSecret(Object.assign(new ServerConfig(), { jwtSecret })));

  it('opens what it sealed, for the same channel and under the same secret only', () => {
    const sealed = box('one').seal('id', 'password');
    expect(sealed).not.toContain('password');
    expect(box('one').open('id', sealed)).toBe('password');
    expect(box('one').seal('id', 'password')).not.toBe(sealed);
    expect(() => box('one').open('other', sealed)).toThrow(/JWT_SECRET/);
    expect(() => box('two').open('id', sealed)).toThrow(/JWT_SECRET/);
  });
});

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { ServerConfig } from '../../../config/server-config.js';
import { Outgoing, type OutgoingMail } from './outgoing.js';

const FIXTURES = resolve(__dirname, '../../../../test/fixtures/field');

const outgoing = new Outgoing(Object.assign(new ServerConfig(), { allowPrivateWebhooks: true }));
const ends: (() => Promise<void>)[] = [];

/** A mail server that remembers how it was greeted. */
async function mailServer(options: SMTPServerOptions = {}) {
  const greetings: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, session, done) => {
      greetings.push(String(session.hostNameAppearsAs));
      done();
    },
    onData: (stream, _session, done) => {
      stream.on('end', () => done());
      stream.resume();
    },
    ...options,
  });
  // The client that refuses a certificate ends the connection.
  server.on('error', () => undefined);
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  ends.push(() => new Promise((done) => server.close(() => done())));
  return { greetings, port: (listener.address() as AddressInfo).port };
}

function mail(port: number, changes: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    host: '127.0.0.1',
    port,
    secure: false,
    auth: undefined,
    from: 'procspy@example.org',
    to: ['ops@example.org'],
    subject: 'CPU',
    text: 'CPU is 95 %',
    messageId: '<delivery-1@procspy>',
    ...changes,
  };
}

afterEach(async () => {
  for (const end of ends.splice(0)) {
    await end();
  }
});

describe('mail', () => {
  it('goes to a server that refuses the greeting of everybody', async () => {
    const transcript = await readFile(`${FIXTURES}/09-smtp-ehlo/transcript.txt`, 'utf8');
    const [, refused] = /^C EHLO (.*)$/m.exec(transcript) ?? [];
    const server = await mailServer({
      onMailFrom: (_address, session, done) => {
        server.greetings.push(String(session.hostNameAppearsAs));
        done(session.hostNameAppearsAs === refused ? new Error('Try again later') : null);
      },
    });
    await outgoing.mail(mail(server.port));
    expect(server.greetings).toEqual([expect.stringMatching(/^[^[\]]+\.[^[\]]+$/)]);
  });
});

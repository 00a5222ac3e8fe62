import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { PeerCertificate } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { ServerConfig } from '../../../config/server-config.js';
import { type OutgoingMail, OutgoingService } from './outgoing.service.js';
import { trust } from './trust.js';

const FIXTURES = resolve(__dirname, '../../../../test/fixtures');
const readFixture = (path: string) => readFileSync(resolve(FIXTURES, path), 'utf8');

// Both made as test/fixtures/field/10-smtp-own-certificate/make-cert.sh does, for a hundred years.
const CERTIFICATE = readFixture('relay/certificate.pem');
const OTHER = readFixture('relay/other-certificate.pem');
const OWN = { key: readFixture('relay/key.pem'), cert: CERTIFICATE };

const outgoing = new OutgoingService(
  Object.assign(new ServerConfig(), { allowPrivateWebhooks: true }),
);
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
    const transcript = readFixture('field/09-smtp-ehlo/transcript.txt');
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

  it.each([
    ['by STARTTLS', false],
    ['from the first byte', true],
  ])(
    'goes %s to a relay with a certificate of its own, if the channel says so',
    async (_, secure) => {
      const server = await mailServer({ ...OWN, secure, disabledCommands: [] });
      const send = (changes: Partial<OutgoingMail>) =>
        outgoing.mail(mail(server.port, { secure, ...changes }));
      await expect(send({})).rejects.toThrow(/self-signed certificate/);
      await expect(send({ ca: OTHER })).rejects.toThrow(/self-signed certificate/);
      expect(server.greetings).toHaveLength(0);
      await send({ ca: CERTIFICATE });
      await send({ ca: `${OTHER}\n${CERTIFICATE}` });
      await send({ skipVerify: true });
      expect(server.greetings).toHaveLength(3);
    },
  );

  it('does not go unencrypted where the channel names a certificate', async () => {
    const server = await mailServer();
    await expect(outgoing.mail(mail(server.port, { ca: CERTIFICATE }))).rejects.toThrow(/STARTTLS/);
    expect(server.greetings).toHaveLength(0);
  });
});

describe('a request', () => {
  it('goes to a server with a certificate of its own, if the channel names it', async () => {
    const server = createServer(OWN, (request, response) => {
      request.resume().on('end', () => response.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(outgoing.post({ url, body: '{}' })).rejects.toThrow(/self-signed certificate/);
    await expect(outgoing.post({ url, body: '{}', ca: OTHER })).rejects.toThrow(/self-signed/);
    await outgoing.post({ url, body: '{}', ca: CERTIFICATE });
  });

  it('trusts what an authority signed only under its name', () => {
    const { checkServerIdentity } = trust(CERTIFICATE);
    const signed = { fingerprint256: 'another', subject: { CN: 'relay.example.org' } };
    expect(checkServerIdentity?.('relay.example.org', signed as PeerCertificate)).toBeUndefined();
    expect(checkServerIdentity?.('mail.example.org', signed as PeerCertificate)).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});

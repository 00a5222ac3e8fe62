/** Real receivers of notifications: an HTTP server and an SMTP server that remember what came. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { freePort } from './ports.ts';

/** One request as it came. */
export interface ReceivedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  // The test asserts the shape.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any;
}

/** How the receiver answers; `hang` never does. */
export type Behaviour = number | 'hang';

/** An HTTP receiver that can be told to misbehave. */
export class HttpReceiver {
  readonly requests: ReceivedRequest[] = [];
  /** Answer of each coming request; the last one stays. */
  behaviours: Behaviour[] = [200];
  private server: Server | undefined;
  private readonly hanging = new Set<ServerResponse>();
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      // A request whose sender or receiver ends in the middle has no end, and did not come.
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { url: path = '', headers } = request;
        this.requests.push({ path, headers, text, body: JSON.parse(text) });
        this.answer(response);
      });
    });
    // Started again it is found where it was.
    this.port ||= await freePort();
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
    this.server = undefined;
  }

  private answer(response: ServerResponse): void {
    const next = this.behaviours.length > 1 ? this.behaviours.shift() : this.behaviours[0];
    if (next === 'hang') {
      this.hanging.add(response);
      return;
    }
    response.writeHead(next ?? 200, next === 302 ? { location: '/elsewhere' } : {});
    response.end('ok');
  }
}

/** A mail as it came. */
export interface ReceivedMail {
  from: string;
  to: string[];
  text: string;
}

/** An SMTP server on a free port that takes every mail. */
export class MailReceiver {
  readonly mails: ReceivedMail[] = [];
  port = 0;
  private readonly server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'procspy' && password === 'mail secret'
        ? done(null, { user: username })
        : done(new Error('wrong password')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        this.mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
  });

  async start(): Promise<this> {
    const listener = this.server.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    this.port = (listener.address() as AddressInfo).port;
    return this;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

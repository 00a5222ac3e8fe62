/** Leaves the server towards channels: HTTP and SMTP, to resolved addresses only, with time limits. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type LookupFunction } from 'node:net';
import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import nodemailer from 'nodemailer';
import { ServerConfig } from '../../../config/server-config.js';
import { type ResolvedAddress, resolveDestination } from './addresses.js';
import { helloName } from './hello-name.js';
import { trust } from './trust.js';

/** A request must be over within this time, from looking up the name to the end of the answer. */
const REQUEST_MS = 10_000;
/** Likewise a mail, which takes several round trips with servers that like to be slow. */
const MAIL_MS = 20_000;
/** No attempt to deliver lasts longer: after it nothing is on its way any more. */
export const LONGEST_ATTEMPT_MS = Math.max(REQUEST_MS, MAIL_MS);
/** Bytes of an answer that are looked at. */
const ANSWER_BYTES = 4_096;

/** A POST of JSON. */
export interface OutgoingRequest {
  url: string;
  body: string;
  headers?: Record<string, string>;
  /** Certificates, as PEM, that count instead of the public authorities'. */
  ca?: string;
}

/** A mail and the server that takes it. */
export interface OutgoingMail {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean;
  /** As in a request. */
  ca?: string;
  /** Accepts any certificate: a man in the middle can read and change the mail. */
  skipVerify?: boolean;
  auth: { user: string; pass: string } | undefined;
  from: string;
  to: string[];
  subject: string;
  text: string;
  /** Makes a repeated mail recognizable. */
  messageId: string;
}

/** The other side did not take it; the message says why. */
export class DeliveryError extends Error {
  override name = 'DeliveryError';

  constructor(
    message: string,
    /** Milliseconds that the other side asks to wait. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** Every way out of this server. Throws DeliveryError or DestinationError. */
@Injectable()
export class OutgoingService {
  constructor(private readonly config: ServerConfig) {}

  /** Resolves when the other side answered with a status of 200 to 299; follows no redirect. */
  async post(request: OutgoingRequest): Promise<void> {
    const url = new URL(request.url);
    const deadline = AbortSignal.timeout(REQUEST_MS);
    const addresses = await this.resolve(url.hostname, deadline);
    const answer = await send(url, request, addresses, deadline);
    const { status } = answer;
    if (status >= 200 && status < 300) {
      return;
    }
    const hint = status >= 300 && status < 400 ? '; redirects are not followed' : '';
    throw new DeliveryError(
      `${url.hostname} answered ${status}${hint}${answer.text && `: ${answer.text}`}`,
      answer.retryAfterMs,
    );
  }

  /** Resolves when the mail server has taken the mail. */
  async mail(mail: OutgoingMail): Promise<void> {
    const { host, port, secure, auth } = mail;
    const deadline = AbortSignal.timeout(MAIL_MS);
    const addresses = await this.resolve(host, deadline);
    const socket = connect({ host, port, lookup: pinned(addresses) });
    // Whoever waits for the socket hears of its errors; one in between must not end the process.
    socket.on('error', () => undefined);
    try {
      await once(socket, 'connect', { signal: deadline });
      const transport = nodemailer.createTransport({
        host,
        name: helloName(hostname(), mail.from, socket.localAddress ?? '127.0.0.1'),
        secure,
        auth,
        // Whoever names a certificate does not want to go without one.
        requireTLS: mail.ca !== undefined,
        tls: { ...trust(mail.ca), rejectUnauthorized: mail.skipVerify !== true },
        connection: socket,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const { from, to, subject, text, messageId } = mail;
      // Keeps those who are away from answering (RFC 3834).
      const headers = { 'Auto-Submitted': 'auto-generated' };
      const sending = transport.sendMail({ from, to, subject, text, messageId, headers });
      await orAborted(sending, deadline);
    } catch (error) {
      const what = deadline.aborted ? lateness(MAIL_MS) : (error as Error).message;
      throw new DeliveryError(`${host}: ${what}`);
    } finally {
      // Ends the conversation, also one that has passed over to TLS.
      socket.destroy();
    }
  }

  private async resolve(host: string, deadline: AbortSignal): Promise<ResolvedAddress[]> {
    const looking = resolveDestination(host, this.config.allowPrivateWebhooks);
    try {
      return await orAborted(looking, deadline);
    } catch (error) {
      throw deadline.aborted ? new DeliveryError(`${host}: no answer of the name server`) : error;
    }
  }
}

interface HttpAnswer {
  status: number;
  text: string;
  retryAfterMs: number | null;
}

function send(
  url: URL,
  { body, headers, ca }: OutgoingRequest,
  addresses: ResolvedAddress[],
  deadline: AbortSignal,
): Promise<HttpAnswer> {
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = start(
      url,
      {
        method: 'POST',
        agent: false,
        ...trust(ca),
        lookup: pinned(addresses),
        signal: deadline,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'procspy',
          ...headers,
        },
      },
      (response) => {
        readAnswer(response).then(resolve, fail);
      },
    );
    const fail = (error: Error) => {
      const what = deadline.aborted ? lateness(REQUEST_MS) : error.message;
      reject(new DeliveryError(`${url.hostname}: ${what}`));
    };
    request.on('error', fail);
    request.end(body);
  });
}

function lateness(ms: number): string {
  return `no answer within ${ms / 1_000} seconds`;
}

/** Answers the addresses that were checked, whatever the name resolves to by now. */
function pinned(addresses: ResolvedAddress[]): LookupFunction {
  const [first] = addresses;
  return (_hostname, options, callback) => {
    if (options.all) {
      callback(null, addresses);
    } else {
      callback(null, first?.address ?? '', first?.family);
    }
  };
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES) {
      response.destroy();
      break;
    }
  }
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(chunks).toString('utf8').replace(/\s+/g, ' ').trim().slice(0, 200),
    retryAfterMs: retryAfter(response.headers['retry-after']),
  };
}

function retryAfter(header: string | undefined): number | null {
  return header && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

/** Rejects at the deadline if `work` is not over by then. */
async function orAborted<result>(work: Promise<result>, deadline: AbortSignal): Promise<result> {
  deadline.throwIfAborted();
  const aborted = once(deadline, 'abort').then(() => Promise.reject(deadline.reason));
  return Promise.race([work, aborted]);
}

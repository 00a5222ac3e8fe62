/** Leaves the server towards channels: HTTP and SMTP, to resolved addresses only, with time limits. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Injectable } from '@nestjs/common';
import nodemailer from 'nodemailer';
import { ServerConfig } from '../../../config/server-config.js';
import { type ResolvedAddress, resolveDestination } from './addresses.js';

/** A request, its answer included, must be over within this time. */
const TIMEOUT_MS = 10_000;
/** Bytes of an answer that are looked at. */
const ANSWER_BYTES = 4_096;

/** A POST of JSON. */
export interface OutgoingRequest {
  url: string;
  body: string;
  headers?: Record<string, string>;
}

/** A mail and the server that takes it. */
export interface OutgoingMail {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean;
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
export class Outgoing {
  constructor(private readonly config: ServerConfig) {}

  /** Resolves when the other side answered with a status of 200 to 299; follows no redirect. */
  async post(request: OutgoingRequest): Promise<void> {
    const url = new URL(request.url);
    const addresses = await resolveDestination(url.hostname, this.config.allowPrivateWebhooks);
    const answer = await send(url, request, addresses);
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
    const addresses = await resolveDestination(host, this.config.allowPrivateWebhooks);
    const transport = nodemailer.createTransport({
      host: addresses[0]?.address,
      port,
      secure,
      auth,
      tls: { servername: host },
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const { from, to, subject, text, messageId } = mail;
    try {
      await within(transport.sendMail({ from, to, subject, text, messageId }), 2 * TIMEOUT_MS);
    } catch (error) {
      throw new DeliveryError(`${host}: ${(error as Error).message}`);
    } finally {
      transport.close();
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
  { body, headers }: OutgoingRequest,
  addresses: ResolvedAddress[],
): Promise<HttpAnswer> {
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = start(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: pinned(addresses),
        signal: AbortSignal.timeout(TIMEOUT_MS),
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
      const timedOut = error.name === 'AbortError' || error.name === 'TimeoutError';
      const what = timedOut ? `no answer within ${TIMEOUT_MS / 1_000} seconds` : error.message;
      reject(new DeliveryError(`${url.hostname}: ${what}`));
    };
    request.on('error', fail);
    request.end(body);
  });
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

/** Rejects when `work` takes longer. */
async function within<result>(work: Promise<result>, ms: number): Promise<result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not taken within ${ms / 1_000} seconds`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

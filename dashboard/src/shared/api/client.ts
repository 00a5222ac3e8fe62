/** Requests to the server: JSON bodies, a timeout, and one retry with a new token after a 401. */
import { BASE_PATH } from '../base-path.js';
import { noteServerDate } from '../clock.js';
import { ApiError, isAway } from './errors.js';
import { isWorthKeeping, keepAnswer, lastAnswer } from './last-answers.js';

/** When answers are kept for the time when the server cannot be reached, and when they are used. */
export interface LastAnswersPolicy {
  mayKeep(): boolean;
  mayUse(): boolean;
}

/** What the client needs from the session. */
export interface TokenSource {
  /** The access token, or `null` when nobody is signed in. */
  token(): string | null;
  /** Renews the token; false if the session has ended. */
  renew(): Promise<boolean>;
  /** Whether answers are kept, and used later; a caller without it does neither. */
  lastAnswers?: LastAnswersPolicy;
}

/** One request. Query parameters that are `undefined` are left out. */
export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;

/** Sends one request with the given token. Throws `ApiError` for any status but 2xx. */
export async function send<answer>(
  path: string,
  request: ApiRequest,
  token: string | null,
): Promise<answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const { signal } = request;
  try {
    const response = await exchange(
      path,
      { ...request, signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) },
      token,
    );
    const text = await response.text();
    return answerOf(response, text) as answer;
  } catch (cause) {
    throw faultOf(cause, signal);
  }
}

/** Fetches a file of any length, for which there is no time limit. */
async function sendForFile(path: string, request: ApiRequest, token: string | null): Promise<Blob> {
  try {
    const response = await exchange(path, request, token);
    if (!response.ok) answerOf(response, await response.text());
    return await response.blob();
  } catch (cause) {
    throw faultOf(cause, request.signal);
  }
}

async function exchange(
  path: string,
  { method = 'GET', query, body, signal }: ApiRequest,
  token: string | null,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(`${BASE_PATH}/api/v1${addressOf(path, query)}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
    credentials: 'same-origin',
  });
  noteServerDate(response.headers.get('date'));
  return response;
}

/** The body of an answer; throws the error that it tells. */
function answerOf(response: Response, text: string): unknown {
  const parsed = parse(text);
  if (!response.ok) throw ApiError.fromAnswer(response.status, parsed);
  return parsed;
}

/** What failed: the server's refusal, the caller's own end, or the way to the server. */
function faultOf(cause: unknown, signal: AbortSignal | undefined): unknown {
  return cause instanceof ApiError || signal?.aborted ? cause : ApiError.unreachable(cause);
}

function isRead({ method }: ApiRequest): boolean {
  return method === undefined || method === 'GET';
}

function addressOf(path: string, query: ApiRequest['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size > 0 ? `${path}?${parameters}` : path;
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // An HTML page of a proxy: the status has to do.
    return undefined;
  }
}

/** The API as the signed-in user. */
export class ApiClient {
  constructor(private readonly session: TokenSource) {}

  /**
   * Sends a request; if the token has expired, renews it and tries once more. Offline, a read takes
   * the last answer.
   */
  async request<answer>(path: string, request: ApiRequest = {}): Promise<answer> {
    const address = addressOf(path, request.query);
    try {
      const answer = await this.renewed((token) => send<answer>(path, request, token));
      if (isRead(request) && isWorthKeeping(address)) this.keep(address, answer);
      return answer;
    } catch (error) {
      const mayUse = isAway(error) && isRead(request) && this.session.lastAnswers?.mayUse();
      const kept = mayUse ? await lastAnswer(address) : null;
      if (kept === null) throw error;
      return kept.body as answer;
    }
  }

  /** Keeps what is to be answered for `address` while the server cannot be reached. */
  keep(address: string, answer: unknown): void {
    if (this.session.lastAnswers?.mayKeep()) keepAnswer(address, answer);
  }

  /** Fetches a file, with the same second try. */
  file(path: string, request: ApiRequest = {}): Promise<Blob> {
    return this.renewed((token) => sendForFile(path, request, token));
  }

  private async renewed<answer>(
    sendWith: (token: string | null) => Promise<answer>,
  ): Promise<answer> {
    const token = this.session.token();
    try {
      return await sendWith(token);
    } catch (error) {
      const ended = error instanceof ApiError && error.status === 401 && token !== null;
      if (!ended || !(await this.session.renew())) throw error;
      return sendWith(this.session.token());
    }
  }
}

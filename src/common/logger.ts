/** Nest's logger on pino: JSON lines, or readable ones when a person watches. */
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { PinoPretty, type PrettyOptions } from 'pino-pretty';
import { StartError } from './errors.js';

/** Creates the process's logger; `readable` is for people, `destination` for tests. */
export function createLogger(
  level: string,
  readable: boolean,
  destination?: DestinationStream,
): Logger {
  const options = { level, base: undefined, serializers: { err: loggedError } };
  if (!readable) return destination ? pino(options, destination) : pino(options);
  return pino(options, PinoPretty({ ...READABLE, ...(destination && { destination }) }));
}

/** What could move the cursor of a terminal or change what is on it. */
const CONTROL_CHARACTERS = /(?![\n\t])\p{Cc}/gu;

/** Lines as the agent writes them, since `npm start` shows both: when, how grave, who, what. */
const READABLE: PrettyOptions = {
  sync: true,
  colorize: false,
  singleLine: true,
  ignore: 'time,level,context,err',
  messageFormat: ({ time, level, context, msg, err }) => {
    const stamp = new Date(Number(time)).toISOString();
    const grave = (pino.levels.labels[Number(level)] ?? 'info').toUpperCase().padEnd(5);
    const who = typeof context === 'string' ? `${context}: ` : '';
    const { stack } = (err ?? {}) as { stack?: string };
    const parts = [msg, stack].filter((part) => part !== undefined);
    const text = parts.join('\n').replace(CONTROL_CHARACTERS, '');
    // What follows the first line cannot pass for a line of its own.
    return `${stamp} ${grave} ${who}${text.replaceAll('\n', '\n    ')}`;
  },
};

/**
 * An error without what libraries hang on it: those of the database carry the statement's parameters,
 * among them hashes, sealed secrets and the setup code.
 */
function loggedError(error: Error): object {
  const { type, message, stack, code } = stdSerializers.err(error);
  return { type, message, stack, ...(typeof code === 'string' && { code }) };
}

/** Nest's own reports of what it wires up at every start: of use only to those who debug it. */
const FRAMEWORK_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/** Also as the stack that Nest makes of it. */
function isStartError(part: unknown): boolean {
  return part instanceof StartError || (typeof part === 'string' && part.startsWith('StartError:'));
}

/** Passes what Nest and our modules log to pino, with the logging class as `context`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const fromFramework = typeof context === 'string' && FRAMEWORK_CONTEXTS.has(context);
    this.write(fromFramework ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    if ([message, ...rest].some(isStartError)) {
      // `main` reports what prevents the start, in one line.
      return;
    }
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const error = [message, ...rest].find((part) => part instanceof Error);
    const text = message instanceof Error ? message.message : String(message);
    this.logger[level]({ context, ...(error && { err: error }) }, text);
  }
}

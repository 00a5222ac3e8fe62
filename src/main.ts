/** Starts the server, and stops it without losing what it accepted. */
import 'reflect-metadata';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SetupService } from './auth/setup/setup.service.js';
import { StartError } from './common/errors.js';
import { createLogger, NestLogger } from './common/logger.js';
import { prepareDataDir } from './config/data-dir.js';
import { readServerConfig, type ServerConfig } from './config/server-config.js';
import { createServer } from './create-server.js';

/** Longer than any request may take; an orchestrator kills after 30 seconds. */
const STOP_TIMEOUT_MS = 28_000;

/** `npm start` shows people the log of the server beside that of the agent, wherever it goes. */
const READABLE_LOG = '--readable-log';

async function start(): Promise<void> {
  // A few slow requests, such as the first pushes of 150 machines, convince V8 that whatever requests
  // are made of lives long. From then on it would wait for the big garbage collection, at a third more
  // CPU time for every push (docs/adr/0009-plain-pushes.md).
  setFlagsFromString('--no-allocation-site-pretenuring');
  // The database and its helpers' files are for this user alone, wherever they lie.
  process.umask(0o077);
  const config = readServerConfig(process.env);
  await probePort(config);
  prepareDataDir(config.dataDir);
  const isReadable = process.stdout.isTTY === true || process.argv.includes(READABLE_LOG);
  const logger = new NestLogger(createLogger(config.logLevel, isReadable));
  const app = await createServer(config, logger);
  await listen(app, config);
  const port = (app.getHttpServer().address() as { port: number }).port;
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}${config.basePath}`;
  stopOnSignals(app, logger);
  const code = await app.get(SetupService).pendingCode();
  const setupUrl = code === null ? null : `${url}/setup?code=${code}`;
  if (process.send) {
    // `npm start` waits for this, tells it to people, and starts the local agent. If it is gone, that stops
    // the server anyway.
    process.send({ url, setupUrl }, undefined, undefined, () => undefined);
    return;
  }
  logger.log(`procspy is live at ${url}`, 'Server');
  if (setupUrl !== null) {
    logger.log(`First sign-in: open ${setupUrl}`, 'Server');
  }
}

async function listen(app: NestFastifyApplication, config: ServerConfig): Promise<void> {
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw listenError(error as NodeJS.ErrnoException, config);
  }
}

/** Finds out before anything else is touched or told. */
async function probePort(config: ServerConfig): Promise<void> {
  const probe = createTcpServer();
  try {
    probe.listen(config.port, config.host);
    await once(probe, 'listening');
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, config);
  } finally {
    probe.close();
  }
}

function listenError(error: NodeJS.ErrnoException, { port, host }: ServerConfig): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError(`PORT: port ${port} is already in use; for example: PORT=${port + 1}`);
    case 'EACCES':
      return new StartError(
        `PORT: port ${port} needs more rights than this user has; for example: PORT=8080`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(
        `HOST: ${host} is not an address of this machine; for example: 0.0.0.0`,
      );
    default:
      return error;
  }
}

function stopOnSignals(app: NestFastifyApplication, logger: NestLogger): void {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) {
      return;
    }
    stopping = true;
    logger.log(`${signal}: finishing what was accepted`, 'Server');
    setTimeout(() => {
      logger.error('could not stop in time', 'Server');
      process.exit(1);
    }, STOP_TIMEOUT_MS).unref();
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        logger.error('stopping failed', error, 'Server');
        process.exit(1);
      });
    });
  }
  if (process.send) {
    // Whoever started this process over a channel, as `npm start` does, was killed, perhaps before now.
    process.once('disconnect', () => process.emit('SIGTERM'));
    if (!process.connected) {
      process.emit('SIGTERM');
    }
  }
}

start().catch((error: unknown) => {
  process.stderr.write(
    error instanceof StartError
      ? `procspy: ${error.message}\n`
      : `procspy: ${(error as Error).stack}\n`,
  );
  process.exit(1);
});

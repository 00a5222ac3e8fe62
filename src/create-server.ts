/** Puts the server together: modules, HTTP, sockets, the short way of pushes, and what browsers load. */
import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { ServerConfig } from './config/server-config.js';
import { createHttpServer } from './http/http-server.js';
import { jsonParser } from './http/json-parser.js';
import { requestIds } from './http/request-ids.js';
import { PlainPushService } from './metrics/ingest/plain-push.service.js';
import { createIoAdapter } from './stream/io-adapter.js';
import { serveOpenApi } from './web/openapi.js';
import { serveStaticFiles } from './web/static-files.js';

/** Builds the whole server, not yet listening. */
export async function createServer(
  config: ServerConfig,
  logger: LoggerService,
): Promise<NestFastifyApplication> {
  const requestId = requestIds();
  const app = await createHttpServer(AppModule.forRoot(config), { config, logger, requestId });
  await serveStaticFiles(app);
  app.useWebSocketAdapter(createIoAdapter(app, config, requestId));
  serveOpenApi(app, config);
  app.get(PlainPushService).attachTo(app.getHttpServer(), {
    requestId,
    parseJson: jsonParser(app.getHttpAdapter().getInstance()),
  });
  return app;
}

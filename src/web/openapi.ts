/** The OpenAPI document and Swagger UI. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { ServerConfig } from '../config/server-config.js';
import { API_PATH, API_VERSION } from '../contracts/index.js';
import { completeDocument, ERROR_RESPONSE } from './complete-document.js';

/** Serves the UI at /docs and the document at /api/v1/openapi.json. */
export function serveOpenApi(app: NestFastifyApplication, { basePath }: ServerConfig): void {
  const builder = new DocumentBuilder()
    .setTitle('procspy')
    .setDescription(
      'Self-hosted monitoring of many machines. Keys travel as X-API-Key or Authorization: Bearer.',
    )
    .setVersion(API_VERSION)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A token or a key' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'api-key')
    .addGlobalResponse(ERROR_RESPONSE);
  if (basePath !== '') {
    builder.addServer(basePath);
  }
  const config = builder.build();
  SwaggerModule.setup(
    'docs',
    app,
    () => completeDocument(SwaggerModule.createDocument(app, config)),
    {
      jsonDocumentUrl: `${API_PATH}/openapi.json`,
      customSiteTitle: 'procspy API',
    },
  );
}

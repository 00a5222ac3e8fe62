/** What every operation of the OpenAPI document has in common. Pure. */
import type { ApiResponseOptions, OpenAPIObject } from '@nestjs/swagger';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** The answer that every operation may give, for `DocumentBuilder.addGlobalResponse`. */
export const ERROR_RESPONSE: ApiResponseOptions = {
  status: 'default',
  description: 'An error',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
};

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'] as const;

const errorBody: Schema = {
  type: 'object',
  description: 'The body of every error answer',
  required: ['statusCode', 'error', 'message', 'code', 'request_id'],
  properties: {
    statusCode: { type: 'integer', example: 400 },
    error: { type: 'string', example: 'Bad Request', description: "The status's standard phrase" },
    message: {
      oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      description: 'A sentence for people, or one for each faulty field',
    },
    code: {
      type: 'string',
      example: 'request.invalid',
      description: 'Stable, `module.reason`; scripts may rely on it',
    },
    request_id: { type: 'string' },
  },
};

/** The document with the schema of error bodies, and each way to sign in named once. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const operation of METHODS.map((method) => path[method])) {
      if (operation?.security) {
        // The class and the method of a route may both declare access.
        const ways = new Map(operation.security.map((way) => [JSON.stringify(way), way]));
        operation.security = [...ways.values()];
      }
    }
  }
  return {
    ...document,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ErrorBody: errorBody },
    },
  };
}

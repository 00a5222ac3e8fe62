/** The one place where errors become HTTP answers. */
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from '../contracts/index.js';
import { describeError } from './error-body.js';

/** Answers every error with the contract's body; logs those that are the server's fault. */
@Catch()
export class AllExceptionsFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also used for the errors that Fastify meets before Nest does. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const described = describeError(error);
    const body: ErrorBody = { ...described.body, request_id: request.id };
    if (body.statusCode >= 500 && body.statusCode !== 503) {
      this.logger.error(`${request.method} ${request.url} (${request.id}) failed`, error);
    }
    if (described.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(Math.ceil(described.retryAfterSeconds)));
    }
    if (body.statusCode === 401) {
      reply.header('www-authenticate', 'Bearer');
    }
    if (body.statusCode === 413) {
      // Closing while the client still writes would hide the answer from it: the rest is read and
      // thrown away, bounded by the request's time-out.
      reply.header('connection', 'keep-alive');
    }
    reply.status(body.statusCode).type('application/json; charset=utf-8').send(body);
  }
}

/** The one place where errors of Nest and Fastify become HTTP answers. */
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorAnswer } from './error-answer.js';

/** Answers every error with the contract's body. */
@Catch()
export class AllExceptionsFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also used for the errors that Fastify meets before Nest does. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { headers, body } = errorAnswer(error, request);
    reply.status(body.statusCode).headers(headers).send(body);
  }
}

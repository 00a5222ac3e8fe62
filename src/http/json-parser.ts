/** Fastify's JSON parser for those who read bodies without Fastify. */
import type { FastifyInstance } from 'fastify';

type CallbackParser = (
  request: unknown,
  text: string,
  done: (error: Error | null, body?: unknown) => void,
) => void;

/** Fastify's own parser of JSON, which calls back at once, as a function that answers or throws. */
export function jsonParser(fastify: FastifyInstance): (text: string) => unknown {
  const parse = fastify.getDefaultJsonParser('error', 'error') as CallbackParser;
  return (text) => {
    let fault: Error | null = null;
    let parsed: unknown;
    parse(undefined, text, (error, body) => {
      fault = error;
      parsed = body;
    });
    if (fault !== null) {
      throw fault;
    }
    return parsed;
  };
}

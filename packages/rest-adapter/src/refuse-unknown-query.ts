import { refuse } from '@renderdeck/contract';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { z } from 'zod';

/**
 * Refuses, by name, a query parameter that the route does not describe. With a misspelt filter the
 * answer would otherwise have everything. nexrender-server's own API is an exception, because it
 * ignores unknown parameters.
 */
export function refuseUnknownQuery(
  { query, routeOptions }: FastifyRequest,
  _reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  if (routeOptions.config.forPrograms) {
    done();
    return;
  }
  const names = namesOf(query);
  if (names.length === 0) {
    done();
    return;
  }
  const known = parametersOf(routeOptions.schema?.querystring);
  const unknown = names.filter((name) => !known.includes(name));
  const [first] = unknown;
  if (first === undefined) {
    done();
    return;
  }
  const takes = known.length === 0 ? 'none' : known.join(', ');
  // The name is quoted, because it may be a space or contain quotes itself.
  const name = JSON.stringify(first);
  const detail = `This address does not know the query parameter ${name}; it takes ${takes}.`;
  done(refuse('invalid_input', detail, { fields: unknown.map((field) => ({ field })) }));
}

function parametersOf(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function namesOf(query: unknown): readonly string[] {
  return typeof query === 'object' && query !== null ? Object.keys(query) : [];
}

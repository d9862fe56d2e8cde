/*
 * The routes that their procedures declare completely (`rest` of a ProcedureSpec that is not
 * `special`). The fields of the path and of the body or the query are the input. The output is the
 * answer; a write also has `success: true`.
 */
import { isWrite } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from './caller-of.ts';
import {
  asObject,
  type Declared,
  documentOf,
  PLAIN,
  placeOf,
  refusalsOf,
} from './declared-routes.ts';

export function addPlainRoutes(app: RestApp, callerOf: CallerOf): void {
  for (const { spec, answer } of PLAIN) {
    const { action, rest } = spec;
    const parts = partsOf(spec);
    app.route({
      ...placeOf(spec),
      schema: {
        ...documentOf(spec),
        ...parts.schema,
        response: { [rest.status ?? 200]: answer, ...refusalsOf(spec) },
      },
      handler: async (request, reply) => {
        const { params, query, body } = request;
        // A procedure that is called by its name has no types. Its schemas still check the input.
        const name: string = action;
        const call: (input: unknown) => Promise<object> = Reflect.get(
          callerOf(request, reply),
          name,
        );
        const result = await call(parts.inputOf(params, rest.method === 'GET' ? query : body));
        return reply
          .code(rest.status ?? 200)
          .send(isWrite(action) ? { ...result, success: true } : result);
      },
    });
  }
}

/** Splits the input of a procedure into the parts of a request. */
function partsOf({ input, rest }: Declared) {
  const fields = { ...input?.shape };
  const names = [...rest.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const fieldOf = (name: string) => rest.names?.[name] ?? name;
  const params = Object.fromEntries(names.map((name) => [name, fields[fieldOf(name)]]));
  const inPath = new Set(names.map(fieldOf));
  const others = Object.entries(fields).filter(([name]) => !inPath.has(name));
  const where = rest.method === 'GET' ? 'querystring' : 'body';
  return {
    schema: {
      ...(names.length === 0 ? {} : { params: z.object(params) }),
      ...(others.length === 0 ? {} : { [where]: z.object(Object.fromEntries(others)) }),
    },
    inputOf(given: unknown, more: unknown): object | undefined {
      if (input === undefined) return undefined;
      const inPath = Object.entries({ ...asObject(given) });
      const path = Object.fromEntries(inPath.map(([name, value]) => [fieldOf(name), value]));
      return { ...asObject(more), ...path };
    },
  };
}

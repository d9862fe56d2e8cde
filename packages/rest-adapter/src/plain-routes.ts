/*
 * The routes that their procedures tell whole (`rest` of a ProcedureSpec that is not `special`).
 * The fields of the path, and those of the body or the query, are the input; the output is the
 * answer, and a write says `success: true` beside it.
 */
import { isWrite } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from './caller-of.ts';
import { asObject, documentOf, PLAIN, placeOf, refusalsOf, type Told } from './told-routes.ts';

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
        // The types of one procedure are lost with its name; its schemas check all the same.
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

/** The input of a procedure as the parts of a request, and back. */
function partsOf({ input, rest }: Told) {
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

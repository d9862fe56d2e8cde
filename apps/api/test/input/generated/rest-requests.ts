/* Requests to every route of the OpenAPI document. */
import type { Json } from '@renderdeck/contract';
import fc from 'fast-check';
import { z } from 'zod';
import { type Known, parseSchema, type Schema } from './from-schema.ts';
import { ODD_PARTS } from './odd-parts.ts';
import { oddText, oddValue, writeJson } from './odd-values.ts';
import { type BareRequest, bodyOf, cut, encode, inputOf } from './request-parts.ts';

type Target = {
  readonly method: string;
  readonly path: string;
  readonly query: Schema;
  readonly body: Schema | null;
};

const parameter = z.object({ name: z.string(), in: z.string(), schema: z.unknown() });
const operation = z.looseObject({
  parameters: z.array(parameter).default([]),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) })
    .optional(),
});
const documentShape = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

/** Every route of the OpenAPI document, with the schemas of what it takes. */
function routesOf(document: unknown): Target[] {
  return Object.entries(documentShape.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => {
      const inQuery = parameters
        .filter((one) => one.in === 'query')
        .map((one) => [one.name, parseSchema(one.schema)] as const);
      const [content] = Object.values(requestBody?.content ?? {});
      return {
        method: method.toUpperCase(),
        path,
        query: { type: 'object', properties: Object.fromEntries(inQuery) },
        body: content === undefined ? null : parseSchema(content.schema),
      };
    }),
  );
}

/** Requests to each route of the document. */
export function restRequests(document: unknown, known: Known): fc.Arbitrary<BareRequest>[] {
  return routesOf(document).map((target) => requestTo(target, known));
}

function requestTo(target: Target, known: Known): fc.Arbitrary<BareRequest> {
  const segments = target.path.split('/').map((segment) => {
    const [, name] = /^[{:](\w+)\}?$/.exec(segment) ?? [];
    if (name === undefined) return fc.constant(segment);
    const right = known[name] ?? fc.constant('x');
    return fc.oneof(
      { weight: 6, arbitrary: right.map((value) => encode(String(value))) },
      { weight: 1, arbitrary: oddText.map(encode) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_PARTS) },
    );
  });
  const query = fc.oneof(
    { weight: 3, arbitrary: inputOf(target.query, known).map(queryText) },
    fc.constant(''),
    fc.constantFrom(
      'limit=1&limit=2',
      'id[]=1',
      '=&&=',
      '%=%',
      'cursor=%00',
      'constructor=1&__proto__[a]=1',
    ),
  );
  const body =
    target.body === null
      ? fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, bodyOf(oddValue))
      : bodyOf(inputOf(target.body, known));
  return fc.tuple(fc.tuple(...segments), query, body).map(([parts, search, sent]) => ({
    method: target.method,
    path: cut(`${parts.join('/')}${search === '' ? '' : `?${search}`}`),
    body: sent,
  }));
}

function queryText(value: Json): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return encode(writeJson(value));
  return Object.entries(value)
    .map(
      ([key, item]) =>
        `${encode(key)}=${encode(typeof item === 'string' ? item : writeJson(item))}`,
    )
    .join('&');
}

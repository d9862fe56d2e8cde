/* Requests that nobody would write by hand: for every procedure of the router and every route of the document, made of their own schemas, right and wrong. */
import { adminRouter } from '@renderdeck/contract/router';
import fc from 'fast-check';
import { z } from 'zod';
import { fromSchema, type Known, parseSchema, type Schema, spoil } from './from-schema.ts';
import { type Json, ODD_TEXTS, oddText, oddValue, writeJson } from './odd-values.ts';

export type GeneratedRequest = {
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

type Target = {
  readonly method: string;
  readonly path: string;
  readonly query: Schema;
  readonly body: Schema | null;
};

/** Every procedure, with the schema of its input. */
const PROCEDURES = Object.entries(adminRouter._def.procedures).map(([name, { _def }]) => {
  const { type, inputs } = z
    .object({ type: z.string(), inputs: z.array(z.instanceof(z.ZodType)) })
    .parse(_def);
  const schema =
    inputs[0] === undefined
      ? {}
      : z.toJSONSchema(inputs[0], { io: 'input', unrepresentable: 'any' });
  return { name, isWrite: type === 'mutation', schema: parseSchema(schema) };
});

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

const BROKEN_BODIES = [
  '{',
  '{"job": ',
  '[]x',
  '\ufeff{}',
  '""',
  'null',
  "{'a':1}",
  '{"a":1}}',
  '\0',
  '[1,]',
  '{"__proto__":1}',
  ' ',
  'true',
] as const;
const CONTENT_TYPES = [
  'text/plain',
  'application/xml',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/jsonp',
  'x',
  '*/*',
  'application/octet-stream',
] as const;
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['idempotency-key', 'one key'],
  ['idempotency-key', ' '],
  ['idempotency-key', 'x'.repeat(201)],
  ['idempotency-key', '\u00e9'],
  ['if-match', '"1"'],
  ['if-match', 'W/"99999999999"'],
  ['if-match', '*'],
  ['if-match', '"x", "y"'],
  ['origin', 'https://elsewhere.example'],
  ['origin', 'null'],
  ['accept', 'text/event-stream'],
  ['accept', 'image/*;q=x'],
  ['accept-encoding', 'gzip;q=2'],
  ['cookie', 'renderdeck_session=%E0%A4%A; renderdeck_session=Fe26.2**x'],
  ['cookie', '__proto__=1; =; ;;'],
  ['x-trpc-source', '\u00ff'],
  ['expect', 'x'],
  ['range', 'bytes=0-,-1'],
  ['host', 'a b/../c'],
  ['upgrade', 'nothing'],
  ['x-http-method-override', 'DELETE'],
  ['nexrender-secret', 'no'],
  ['content-encoding', 'gzip'],
  ['last-event-id', '1:1:'],
];
const ODD_METHODS = [
  'HEAD',
  'OPTIONS',
  'PUT',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'PURGE',
  'QUERY',
  'GET',
  'POST',
  'DELETE',
] as const;
const ODD_PARTS = [
  '%',
  '%00',
  '%zz',
  '%c0%af',
  '%ff',
  '..%2f..',
  '%2e%2e',
  '',
  '*',
  ':id',
  '%25%30%30',
  ';a=b',
  '%F0%9F%92%A5',
  '%ED%A0%80',
  '__proto__',
  '%5c',
  '//',
] as const;

/** Mostly what fits, often what nearly fits, sometimes anything. */
function inputOf(schema: Schema, known: Known): fc.Arbitrary<Json> {
  const right = fromSchema(schema, known);
  return fc.oneof(
    { weight: 4, arbitrary: right },
    { weight: 4, arbitrary: spoil(right) },
    { weight: 1, arbitrary: oddValue },
  );
}

const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** Long enough to be refused for its length, short enough to arrive. */
const cut = (path: string) => path.slice(0, 9000);

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

/** A body as it is sent: nearly always the JSON of the input. */
function bodyOf(input: fc.Arbitrary<Json>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 15, arbitrary: input.map(writeJson) },
    { weight: 1, arbitrary: fc.constantFrom(...BROKEN_BODIES) },
  );
}

function restRequest(
  target: Target,
  known: Known,
): fc.Arbitrary<Omit<GeneratedRequest, 'who' | 'headers'>> {
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

function trpcRequest(known: Known): fc.Arbitrary<Omit<GeneratedRequest, 'who' | 'headers'>> {
  const call = fc.oneof(
    ...PROCEDURES.map(({ name, isWrite, schema }) =>
      inputOf(schema, known).map((input) => ({ name, isWrite, input })),
    ),
  );
  const one = fc
    .tuple(call, bodyOf(call.map(({ input }) => input)))
    .map(([{ name, isWrite, input }, body]) =>
      isWrite
        ? {
            method: 'POST',
            path: `/trpc/${name}`,
            body: body.length % 7 === 0 ? body : writeJson(input),
          }
        : {
            method: 'GET',
            path: cut(`/trpc/${name}?input=${encode(writeJson(input))}`),
            body: null,
          },
    );
  const batch = fc
    .tuple(fc.array(call, { minLength: 1, maxLength: 6 }), fc.boolean(), oddValue)
    .map(([calls, isWrite, odd]) => {
      const names = calls.map(({ name }) => name).join(',');
      const inputs = writeJson(
        Object.fromEntries(
          calls.map(({ input }, index) => [String(index), index === 5 ? odd : input]),
        ),
      );
      return isWrite
        ? { method: 'POST', path: `/trpc/${names}?batch=1`, body: inputs }
        : {
            method: 'GET',
            path: cut(`/trpc/${names}?batch=1&input=${encode(inputs)}`),
            body: null,
          };
    });
  const astray = fc
    .tuple(
      fc.oneof(
        fc.constantFrom(...ODD_PARTS, 'login', 'toString', 'jobs.list', '_def', ',', ',,,'),
        oddText.map(encode),
      ),
      oddText,
    )
    .map(([name, input]) => ({
      method: 'GET',
      path: `/trpc/${name}?input=${encode(input)}`,
      body: null,
    }));
  return fc.oneof(
    { weight: 14, arbitrary: one },
    { weight: 3, arbitrary: batch },
    { weight: 1, arbitrary: astray },
  );
}

/** Any request, by anyone. `document` is the OpenAPI document, `known` has values that mean something here. */
export function anyRequest(
  document: unknown,
  known: Known,
  people: readonly string[],
): fc.Arbitrary<GeneratedRequest> {
  const routes = routesOf(document).map((target) => restRequest(target, known));
  const astray = fc
    .tuple(
      fc.constantFrom('/api/', '/api/jobs/', '/api/docs/', '/api//'),
      fc.constantFrom(...ODD_PARTS, ...ODD_TEXTS.map(encode)),
    )
    .map(([base, part]) => ({ method: 'GET', path: cut(`${base}${part}`), body: null }));
  const request = fc.oneof(
    { weight: 10, arbitrary: fc.oneof(...routes) },
    { weight: 12, arbitrary: trpcRequest(known) },
    { weight: 1, arbitrary: astray },
  );
  const method = fc.oneof(
    { weight: 19, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_METHODS) },
  );
  const type = fc.oneof(
    { weight: 19, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom(...CONTENT_TYPES) },
  );
  const header = fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_HEADERS) },
  );
  return fc
    .record({ request, method, type, header, who: fc.constantFrom(...people) })
    .map((made) => ({
      ...made.request,
      who: made.who,
      method: made.method ?? made.request.method,
      headers: {
        ...(made.request.body === null ? {} : { 'content-type': made.type }),
        ...(made.header === null ? {} : { [made.header[0]]: made.header[1] }),
      },
    }));
}

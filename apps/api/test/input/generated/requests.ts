/*
 * Requests that no one would write by hand: for every procedure of the router and every route of
 * the OpenAPI document. They are made from the schemas, right and wrong.
 */
import fc from 'fast-check';
import type { Known } from './from-schema.ts';
import { CONTENT_TYPES, ODD_HEADERS, ODD_METHODS, ODD_PARTS } from './odd-parts.ts';
import { ODD_TEXTS } from './odd-values.ts';
import { cut, encode, type GeneratedRequest } from './request-parts.ts';
import { restRequests } from './rest-requests.ts';
import { trpcRequest } from './trpc-requests.ts';

/** Any request of anyone. `document` is the OpenAPI document, `known` has values of this farm. */
export function anyRequest(
  document: unknown,
  known: Known,
  people: readonly string[],
): fc.Arbitrary<GeneratedRequest> {
  const astray = fc
    .tuple(
      fc.constantFrom('/api/', '/api/jobs/', '/api/docs/', '/api//'),
      fc.constantFrom(...ODD_PARTS, ...ODD_TEXTS.map(encode)),
    )
    .map(([base, part]) => ({ method: 'GET', path: cut(`${base}${part}`), body: null }));
  const request = fc.oneof(
    { weight: 10, arbitrary: fc.oneof(...restRequests(document, known)) },
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

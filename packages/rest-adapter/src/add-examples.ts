import {
  ERROR_CODES,
  type ErrorCode,
  EXAMPLE_JOB_ID,
  EXAMPLE_REQUEST_ID,
  isErrorCode,
} from '@renderdeck/contract';
import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types';
import { declaredExamples, type Example, routeInDocument } from './declared-routes.ts';
import { NEXRENDER_ROUTES } from './nexrender-v1/route-table.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const TYPES = [
  ...['application/json', 'application/octet-stream', 'image/webp'],
  ...['text/csv', 'text/plain', 'text/event-stream'],
];
const CODE = /`([a-z_]+)`:/g;

/** The request and answers of each route, by `method path`. All examples show the same job. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  'get /api/audit.csv': {
    answers: {
      200:
        '"number","at","actor","actorKind",…\r\n' +
        '"17","2026-03-01T12:00:30.000Z","ada","user",…\r\n',
    },
  },
  ...declaredExamples(),
  ...nexrenderExamples(),
};

function nexrenderExamples(): Readonly<Record<string, Example>> {
  return Object.fromEntries(
    Object.values(NEXRENDER_ROUTES).map(({ place: { method, url }, example }) => [
      routeInDocument(method, url),
      example,
    ]),
  );
}

/**
 * Adds an example to each body, to each answer, and for each error that an answer's description
 * names.
 */
export function addExamples<Made extends Partial<OpenAPIV3.Document | OpenAPIV3_1.Document>>(
  made: Made,
): Made {
  for (const [path, item] of Object.entries(made.paths ?? {})) {
    for (const method of METHODS) {
      const { requestBody, responses = {} } = item?.[method] ?? {};
      const { body, answers = {} } = EXAMPLES[`${method} ${path}`] ?? {};
      if (requestBody !== undefined && 'content' in requestBody)
        setExamples(requestBody.content['application/json'], { example: { value: body } });
      for (const [status, answer] of Object.entries(responses)) {
        if (!('content' in answer)) continue;
        for (const type of TYPES) {
          const value = answers[`${status} ${type}`] ?? answers[status];
          if (value !== undefined) setExamples(answer.content?.[type], { example: { value } });
        }
        const codes = [...answer.description.matchAll(CODE)]
          .map(([, code = '']) => code)
          .filter(isErrorCode);
        const problems = codes.map((code) => [code, { value: exampleProblem(code, path) }]);
        setExamples(answer.content?.['application/problem+json'], Object.fromEntries(problems));
      }
    }
  }
  return made;
}

function setExamples(
  media: { examples?: unknown } | undefined,
  examples: Readonly<Record<string, { readonly value: unknown }>>,
): void {
  if (media !== undefined) media.examples = examples;
}

function exampleProblem(code: ErrorCode, path: string) {
  const { status, sentence } = ERROR_CODES[code];
  const title = code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');
  const instance = path
    .replace(/[{]u?id[}]/, EXAMPLE_JOB_ID)
    .replace('{name}', 'render-02')
    .replace('{number}', '1');
  return {
    type: `urn:renderdeck:problem:${code}`,
    title,
    status,
    detail: sentence,
    code,
    instance,
    requestId: EXAMPLE_REQUEST_ID,
  };
}

import {
  ERROR_CODES,
  type ErrorCode,
  EXAMPLE_JOB_ID,
  EXAMPLE_REQUEST_ID,
  exampleTime,
  isErrorCode,
} from '@renderdeck/contract';
import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types';
import { declaredExamples, type Example } from './declared-routes.ts';
import { type NexrenderServerJob, showStatus } from './nexrender-v1/show-job.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const TYPES = ['application/json', 'text/csv', 'text/plain', 'text/event-stream'] as const;
const CODE = /`([a-z_]+)`:/g;

const order = { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } };

/**
 * The request and answers of each route of /api/v1: a job that waits, and a job that is cancelled.
 */
function nexrenderExamples(id: string, createdAt: string) {
  const job: NexrenderServerJob = {
    ...order,
    ...{ output: '', assets: [], actions: { prerender: [], postrender: [] } },
    ...{
      uid: id,
      type: 'default',
      state: 'queued',
      tags: '',
      priority: 0,
      creator: 'sam',
      renderProgress: 0,
      timings: {},
    },
    createdAt,
    updatedAt: createdAt,
  };
  return {
    'post /api/v1/jobs': { body: { ...order, priority: 0 }, answers: { 200: job } },
    'get /api/v1/jobs': { answers: { 200: [job] } },
    'get /api/v1/jobs/status': { answers: { 200: [showStatus(job)] } },
    'get /api/v1/jobs/{uid}': { answers: { 200: job } },
    'get /api/v1/jobs/{uid}/status': { answers: { 200: showStatus(job) } },
    'put /api/v1/jobs/{uid}': {
      body: { priority: 40 },
      answers: { 200: { ...job, priority: 40 } },
    },
    'delete /api/v1/jobs/{uid}': {
      answers: {
        200: { id, removed: true },
        202: {
          id,
          removed: false,
          outcome: 'cancelling',
          message: 'Stop requested; render-01 has not yet confirmed that nothing of the job runs',
        },
      },
    },
  } as const;
}

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
  ...nexrenderExamples(EXAMPLE_JOB_ID, exampleTime(0)),
};

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

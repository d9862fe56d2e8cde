import {
  EXAMPLE_JOB_ID,
  EXAMPLE_PASSWORD,
  EXAMPLE_RERUN_ID,
  exampleCancelled,
  exampleCancelling,
  exampleHost,
  exampleJob,
  examplePriorityReceipt,
  exampleTime,
  exampleUser,
  type SubmitJobInput,
  type WireLogChunk,
} from '@renderdeck/contract';
import { nexrenderExamples } from './nexrender-v1/examples.ts';
import { type Example, plainExamples } from './plain-procedures.ts';

const submission: SubmitJobInput = {
  job: { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } },
  priority: 50,
  name: 'Intro',
};
const logChunk: WireLogChunk = {
  attempt: 1,
  seq: 1,
  at: exampleTime(11),
  stream: 'aerender',
  lines: ['PROGRESS:  0:00:00:01 (1): 0 Seconds'],
};

/** What each route takes and answers, by `method path`. All examples show the same job. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'post /api/session': {
    body: { username: 'ada', password: EXAMPLE_PASSWORD },
    answers: { 200: { success: true, user: exampleUser } },
  },
  'post /api/jobs': { body: submission, answers: { 201: { success: true, job: exampleJob } } },
  'get /api/jobs/{id}/attempts/{number}/log': {
    answers: {
      200: 'PROGRESS:  0:00:00:01 (1): 0 Seconds\n',
      '200 text/event-stream': `id: 1:1\nevent: lines\ndata: ${JSON.stringify(logChunk)}\n\n`,
      206: '00:00:01 (1): 0 Seconds\n',
    },
  },
  'get /api/jobs/{id}': {
    answers: {
      200: {
        job: exampleJob,
        attempts: [],
        hostLastHeardAt: null,
        hidden: [{ path: ['assets', 0, 'src'], kinds: ['query key'] }],
        template: 'intro.aep',
        composition: 'main',
      },
    },
  },
  'post /api/jobs/{id}/resubmit': {
    body: { priority: 50 },
    answers: {
      201: { success: true, job: { ...exampleJob, id: EXAMPLE_RERUN_ID, rerunOf: EXAMPLE_JOB_ID } },
    },
  },
  'delete /api/jobs/{id}': {
    body: { reason: 'wrong template' },
    answers: {
      200: { success: true, message: 'Job cancelled successfully', receipt: exampleCancelled },
      202: {
        success: true,
        message: 'Stop requested; render-01 has not yet confirmed that nothing of the job runs',
        receipt: exampleCancelling,
      },
    },
  },
  'patch /api/jobs/{id}/priority': {
    body: { priority: 90 },
    answers: {
      200: {
        success: true,
        job: { ...exampleJob, priority: 90, position: 1, version: 2 },
        newPosition: 1,
        receipt: examplePriorityReceipt,
      },
    },
  },
  'get /api/audit.csv': {
    answers: {
      200:
        '"number","at","actor","actorKind",…\r\n' +
        '"17","2026-03-01T12:00:30.000Z","ada","user",…\r\n',
    },
  },
  'post /api/hosts/{name}/check': {
    body: { waitMs: 60_000 },
    answers: {
      200: { success: true, host: exampleHost, finished: true },
      202: {
        success: true,
        host: { ...exampleHost, checkAsked: { by: 'ada', at: exampleTime(40) } },
        finished: false,
      },
    },
  },
  ...plainExamples(),
  ...nexrenderExamples(EXAMPLE_JOB_ID, exampleTime(0)),
};

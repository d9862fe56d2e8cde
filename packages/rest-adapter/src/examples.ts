import { EXAMPLE_JOB_ID, exampleTime } from '@renderdeck/contract';
import { nexrenderExamples } from './nexrender-v1/examples.ts';
import { type Example, toldExamples } from './told-routes.ts';

/** What each route takes and answers, by `method path`. All examples show the same job. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'get /api/audit.csv': {
    answers: {
      200:
        '"number","at","actor","actorKind",…\r\n' +
        '"17","2026-03-01T12:00:30.000Z","ada","user",…\r\n',
    },
  },
  ...toldExamples(),
  ...nexrenderExamples(EXAMPLE_JOB_ID, exampleTime(0)),
};

import { MOST_COUNTED } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { EXAMPLE_JOB_ID, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { failureReasonSchema, limitSchema, listJobsInput } from './list-jobs.ts';

/** A group names at most this many hosts and this many templates. */
export const MOST_NAMED = 10;

export const listFailuresInput = z.object({
  from: instantSchema.optional().describe('Only jobs that failed then or later.'),
  to: instantSchema.optional().describe('Only jobs that failed before.'),
  host: listJobsInput.shape.host.describe('Only jobs that failed on this host.'),
  reason: failureReasonSchema.optional().describe('Only this group.'),
  limit: limitSchema.default(50).describe('How many groups, the most frequent first.'),
});
export type ListFailuresInput = z.infer<typeof listFailuresInput>;

const namedCountsSchema = z.array(z.object({ name: z.string(), count: z.int() }));
const failureGroupSchema = z.object({
  reason: z
    .string()
    .describe('The failure without names, paths and numbers, which differ from job to job.'),
  count: z.int(),
  newest: z.object({
    id: z.uuid(),
    name: z.string(),
    failure: z.string(),
    endedAt: instantSchema,
  }),
  hostCount: z.int(),
  hosts: namedCountsSchema.describe(`The ${MOST_NAMED} most frequent hosts.`),
  templateCount: z.int(),
  templates: namedCountsSchema.describe(`The ${MOST_NAMED} most frequent templates, by file name.`),
});
export const listFailuresOutput = z.object({
  groups: z.array(failureGroupSchema),
  groupCount: z.int().describe('How many groups there are, also those beyond `limit`.'),
  count: z.int().describe('The failed jobs of all groups.'),
  capped: z.boolean().describe(`Only the newest ${MOST_COUNTED} failed jobs were read.`),
  at: instantSchema,
});
export type ListFailuresOutput = z.infer<typeof listFailuresOutput>;
export type WireFailureGroup = ListFailuresOutput['groups'][number];

export const listFailures = {
  action: 'listFailures',
  input: listFailuresInput,
  output: listFailuresOutput,
  rest: {
    method: 'GET',
    path: '/failures',
    tag: 'jobs',
    summary: 'List failures by reason',
    description:
      'Failed jobs in groups of the same reason, the most frequent first, with their hosts and ' +
      'templates. `GET /api/jobs` with a `reason` gives the jobs of a group. Jobs that were ' +
      'deleted are not counted.',
    errors: [],
    example: {
      answer: {
        groups: [
          {
            reason: 'After Effects reported an error: Footage missing: …',
            count: 7,
            newest: {
              id: EXAMPLE_JOB_ID,
              name: 'Intro',
              failure: 'After Effects reported an error: Footage missing: /mnt/footage/a.mov',
              endedAt: exampleTime(30),
            },
            hostCount: 1,
            hosts: [{ name: 'render-01', count: 7 }],
            templateCount: 1,
            templates: [{ name: 'intro.aep', count: 7 }],
          },
        ],
        groupCount: 1,
        count: 7,
        capped: false,
        at: exampleTime(40),
      },
    },
  },
} as const satisfies ProcedureSpec;

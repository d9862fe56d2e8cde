import { z } from 'zod';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { hostNameSchema } from './declare-host-gone.ts';
import { exampleHost, hostSchema } from './list-hosts.ts';

const REASON = 'A reason has at most 140 characters.';

export const drainHostInput = z.object({
  name: hostNameSchema,
  /** May be left out or empty. */
  reason: z
    .string({ error: REASON })
    .trim()
    .max(140, { error: REASON })
    .refine(isStorable, { error: NOT_STORABLE })
    .optional(),
});
export type DrainHostInput = z.infer<typeof drainHostInput>;
export const drainHostOutput = z.object({
  /** `host.drain` says who drained it first, when and why. */
  host: hostSchema,
  /** False if the host was drained already. Then nothing has changed. */
  changed: z.boolean(),
});
export type DrainHostOutput = z.infer<typeof drainHostOutput>;

export const drainHost = {
  action: 'drainHost',
  input: drainHostInput,
  output: drainHostOutput,
  rest: {
    method: 'POST',
    path: '/hosts/:name/drain',
    tag: 'hosts',
    summary: 'Drain a host before its maintenance',
    description:
      'The host ends the jobs that it has, and gets no further job until somebody lets it take ' +
      'jobs again: also after a restart, and if another machine takes its name.',
    errors: ['host_not_found'],
    example: {
      body: { reason: 'New disk.' },
      answer: {
        host: {
          ...exampleHost,
          state: 'draining',
          drain: { by: 'ada', at: exampleTime(40), reason: 'New disk.' },
        },
        changed: true,
      },
    },
  },
} as const satisfies ProcedureSpec;

export const resumeHostInput = z.object({ name: hostNameSchema });
export type ResumeHostInput = z.infer<typeof resumeHostInput>;
export const resumeHostOutput = z.object({
  host: hostSchema,
  /** False if the host was not drained. */
  changed: z.boolean(),
});
export type ResumeHostOutput = z.infer<typeof resumeHostOutput>;

export const resumeHost = {
  action: 'resumeHost',
  input: resumeHostInput,
  output: resumeHostOutput,
  rest: {
    method: 'POST',
    path: '/hosts/:name/resume',
    tag: 'hosts',
    summary: 'Let a drained host take jobs again',
    errors: ['host_not_found'],
    example: { answer: { host: { ...exampleHost, state: 'idle', jobs: [] }, changed: true } },
  },
} as const satisfies ProcedureSpec;

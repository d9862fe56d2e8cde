import { z } from 'zod';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { hostNameSchema, hostReasonSchema } from './declare-host-gone.ts';
import { exampleHost, hostSchema } from './list-hosts.ts';

export const releaseHostInput = z.object({ name: hostNameSchema, reason: hostReasonSchema });
export type ReleaseHostInput = z.infer<typeof releaseHostInput>;
export const releaseHostOutput = z.object({ host: hostSchema });
export type ReleaseHostOutput = z.infer<typeof releaseHostOutput>;

export const releaseHost = {
  action: 'releaseHost',
  input: releaseHostInput,
  output: releaseHostOutput,
  rest: {
    method: 'POST',
    path: '/hosts/:name/release',
    tag: 'hosts',
    summary: "Hand a host's name over",
    description:
      'The next host that registers with this name may take it. Open attempts of the old host ' +
      'stay open: that host alone can prove that they ended, also under another name.',
    errors: ['host_not_found', 'host_heard'],
    example: {
      body: { reason: 'The machine was replaced.' },
      answer: {
        host: {
          ...exampleHost,
          name: 'render-02',
          state: 'stopped',
          jobs: [],
          released: { by: 'ada', at: exampleTime(40) },
        },
      },
    },
  },
} as const satisfies ProcedureSpec;

import { z } from 'zod';
import type { ProcedureSpec } from '../spec.ts';
import { hostNameSchema, hostReasonSchema } from './declare-host-gone.ts';

export const revokeHostLoginInput = z.object({ name: hostNameSchema, reason: hostReasonSchema });
export type RevokeHostLoginInput = z.infer<typeof revokeHostLoginInput>;
export const revokeHostLoginOutput = z.object({ name: z.string(), login: z.string() });
export type RevokeHostLoginOutput = z.infer<typeof revokeHostLoginOutput>;

export const revokeHostLogin = {
  action: 'revokeHostLogin',
  input: revokeHostLoginInput,
  output: revokeHostLoginOutput,
  rest: {
    method: 'POST',
    path: '/hosts/:name/revoke',
    tag: 'hosts',
    summary: 'End the login of a host',
    description:
      'For a host that was stolen or that will not leave by itself. The login cannot sign in any ' +
      'more, and its open connections lose all rights. Its open attempts stay open until the ' +
      'host is declared gone.',
    errors: ['host_login_not_found', 'logins_not_allowed'],
    example: {
      body: { reason: 'The machine was stolen.' },
      answer: { name: 'render-02', login: 'host_render-02_1f0c2a9e' },
    },
  },
} as const satisfies ProcedureSpec;

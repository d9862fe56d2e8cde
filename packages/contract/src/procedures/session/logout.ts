import { done, type ProcedureSpec } from '../spec.ts';

export const logout = {
  action: 'logout',
  output: done,
  noCommand: 'Every command that signed in signs out by itself.',
  rest: {
    method: 'DELETE',
    path: '/session',
    tag: 'session',
    summary: 'Sign out',
    special: 'it clears the cookie and answers nothing',
    errors: ['cross_site'],
    example: { answers: {} },
  },
} as const satisfies ProcedureSpec;

import { done, type ProcedureSpec } from '../spec.ts';

export const logout = {
  action: 'logout',
  output: done,
} as const satisfies ProcedureSpec;

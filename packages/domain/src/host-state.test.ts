import { expect, test } from 'vitest';
import { decideHostState } from './host-state.ts';

const IDLE = { stopped: false, silent: false, draining: false, jobs: 0, problem: null };
const problem = 'There is no aerender at /opt/ae.';

test.each([
  ['idle', IDLE],
  ['rendering', { ...IDLE, jobs: 1 }],
  ['problem', { ...IDLE, problem }],
  ['rendering', { ...IDLE, jobs: 1, problem }],
  ['draining', { ...IDLE, draining: true, jobs: 1, problem }],
  ['silent', { ...IDLE, silent: true, draining: true, jobs: 1, problem }],
  ['stopped', { ...IDLE, stopped: true, silent: true, draining: true, problem }],
] as const)('a host is %s: %o', (state, condition) => {
  expect(decideHostState(condition)).toBe(state);
});

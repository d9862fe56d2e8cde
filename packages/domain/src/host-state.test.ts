import { expect, test } from 'vitest';
import { decideHostState } from './host-state.ts';

const NO = { stopped: false, silent: false, ending: false, drained: false };
const IDLE = { ...NO, jobs: 0, problem: null };
const problem = 'There is no aerender at /opt/ae.';

test.each([
  ['idle', IDLE],
  ['rendering', { ...IDLE, jobs: 1 }],
  ['problem', { ...IDLE, problem }],
  ['rendering', { ...IDLE, jobs: 1, problem }],
  ['draining', { ...IDLE, drained: true, jobs: 1, problem }],
  ['drained', { ...IDLE, drained: true, problem }],
  ['ending', { ...IDLE, ending: true, drained: true, jobs: 1, problem }],
  ['silent', { ...IDLE, silent: true, ending: true, drained: true, jobs: 1, problem }],
  ['stopped', { ...IDLE, stopped: true, silent: true, ending: true, drained: true, problem }],
] as const)('a host is %s: %o', (state, condition) => {
  expect(decideHostState(condition)).toBe(state);
});

// @vitest-environment node
import { expect, it } from 'vitest';
import { describeJobSteps } from './describe-job-steps.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 25, 2, 0, second)).toISOString();
const step = (name: string, from: number, to: number | null) => ({
  ...{ name, startedAt: at(from), endedAt: to === null ? null : at(to) },
});
const queued = { status: 'QUEUED', createdAt: at(0), endedAt: null } as const;
const running = { ...queued, status: 'RENDERING' } as const;
const ended = (status: 'COMPLETED' | 'FAILED' | 'CANCELLED') => ({
  ...{ status, createdAt: at(0), endedAt: at(50) },
});
const attempt = { host: 'ae-03', startedAt: at(5), endedAt: null, outcome: null };
const over = (outcome: string) => ({ ...attempt, outcome, endedAt: at(50) });
const STEPS = [step('download', 6, 10), step('prepare', 10, 12), step('render', 12, null)];

const words = (...facts: Parameters<typeof describeJobSteps>) =>
  describeJobSteps(...facts).map(({ title, word }) => `${title}: ${word}`);

it.each([
  [
    'before any host has it',
    words(queued, null, null, false),
    'Submitted: done, Picked: waiting, Download: waiting, Prepare: waiting, Render: waiting, ' +
      'Post: waiting, Done: waiting',
  ],
  [
    'removed from the queue',
    words(ended('CANCELLED'), null, null, false),
    'Submitted: done, Picked: never picked, Download: never picked, Prepare: never picked, ' +
      'Render: never picked, Post: never picked, Stopped: see the receipt',
  ],
  [
    'while it renders',
    words(running, attempt, STEPS, false),
    'Submitted: done, Picked by ae-03: done, Download: done, Prepare: done, Render: now, ' +
      'Post: waiting, Done: waiting',
  ],
  [
    'while its host is silent',
    words(running, attempt, STEPS, true),
    'Submitted: done, Picked by ae-03: done, Download: done, Prepare: done, ' +
      'Render: last known, ae-03 is silent, Post: waiting, Done: waiting',
  ],
  [
    'on a host that tells no steps',
    words(running, attempt, null, false),
    'Submitted: done, Picked by ae-03: done, Download: not known, Prepare: not known, ' +
      'Render: not known, Post: not known, Done: waiting',
  ],
  [
    'queued again after its host was lost',
    words(queued, over('lost'), STEPS, false),
    'Submitted: done, Picked by ae-03: done, Download: done, Prepare: done, ' +
      'Render: its end is not known, Post: not known, Done: waits for a new attempt',
  ],
  [
    'finished without a download',
    words(ended('COMPLETED'), over('completed'), [step('render', 6, 40)], false),
    'Submitted: done, Picked by ae-03: done, Download: not needed, Prepare: not needed, ' +
      'Render: done, Post: not needed, Done: done',
  ],
  [
    'failed while it rendered',
    words(ended('FAILED'), over('failed'), [step('render', 6, 40)], false),
    'Submitted: done, Picked by ae-03: done, Download: not reached, Prepare: not reached, ' +
      'Render: failed, Post: not reached, Failed: failed',
  ],
])('%s', (_state, said, wanted) => {
  expect(said.join(', ')).toBe(wanted);
});

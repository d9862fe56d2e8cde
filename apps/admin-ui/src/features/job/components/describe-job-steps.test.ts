// @vitest-environment node
import { expect, it } from 'vitest';
import { aReceipt } from '../../../testing/a-job.ts';
import { describeJobSteps } from './describe-job-steps.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 25, 2, 0, second)).toISOString();
const step = (name: string, from: number, to: number | null) => ({
  ...{ name, startedAt: at(from), endedAt: to === null ? null : at(to) },
});
const queued = { status: 'QUEUED', createdAt: at(0), endedAt: null, receipt: null } as const;
const running = { ...queued, status: 'RENDERING' } as const;
const ended = (status: 'COMPLETED' | 'FAILED' | 'CANCELLED') => ({
  ...{ status, createdAt: at(0), endedAt: at(50), receipt: null },
});
/** A stop that was asked for at 40 s, and the job CANCELLED at 50 s. */
const stopped = (
  outcome: 'cancelled' | 'unconfirmed' | 'declared',
  confirmedAt: string | null,
) => ({
  ...ended('CANCELLED'),
  receipt: aReceipt({ requestedAt: at(40), outcome, confirmedAt }),
});
const attempt = {
  ...{ host: 'ae-03', startedAt: at(5), endedAt: null, outcome: null, confirmedAt: null },
};
const over = (outcome: string) => ({ ...attempt, outcome, endedAt: at(50), confirmedAt: at(50) });
const unproven = (outcome: string) => ({ ...over(outcome), confirmedAt: null });
const STEPS = [step('download', 6, 10), step('prepare', 10, 12), step('render', 12, null)];

const words = (...facts: Parameters<typeof describeJobSteps>) =>
  describeJobSteps(...facts).map(({ title, word }) => `${title}: ${word}`);

it.each([
  [
    'before any host has it',
    words(queued, null, null, false),
    'Submitted: done, Claimed: waiting, Download: waiting, Prepare: waiting, Render: waiting, ' +
      'Post: waiting, Done: waiting',
  ],
  [
    'removed from the queue',
    words(stopped('cancelled', at(50)), null, null, false),
    'Submitted: done, Claimed: never claimed, Download: never claimed, Prepare: never claimed, ' +
      'Render: never claimed, Post: never claimed, Stopped: see the receipt',
  ],
  [
    'while it renders',
    words(running, attempt, STEPS, false),
    'Submitted: done, Claimed by ae-03: done, Download: done, Prepare: done, Render: now, ' +
      'Post: waiting, Done: waiting',
  ],
  [
    'while its host is silent',
    words(running, attempt, STEPS, true),
    'Submitted: done, Claimed by ae-03: done, Download: done, Prepare: done, ' +
      'Render: last known, ae-03 is silent, Post: waiting, Done: waiting',
  ],
  [
    'on a host that tells no steps',
    words(running, attempt, null, false),
    'Submitted: done, Claimed by ae-03: done, Download: not known, Prepare: not known, ' +
      'Render: not known, Post: not known, Done: waiting',
  ],
  [
    'queued again after its host was lost',
    words(queued, over('lost'), STEPS, false),
    'Submitted: done, Claimed by ae-03: done, Download: done, Prepare: done, ' +
      'Render: its end is not known, Post: not known, Done: waits for a new attempt',
  ],
  [
    'finished without a download',
    words(ended('COMPLETED'), over('completed'), [step('render', 6, 40)], false),
    'Submitted: done, Claimed by ae-03: done, Download: not needed, Prepare: not needed, ' +
      'Render: done, Post: not needed, Done: done',
  ],
  [
    'failed while it rendered',
    words(ended('FAILED'), over('failed'), [step('render', 6, 40)], false),
    'Submitted: done, Claimed by ae-03: done, Download: not reached, Prepare: not reached, ' +
      'Render: failed, Post: not reached, Failed: failed',
  ],
  [
    'stopped, with its proof',
    words(stopped('cancelled', at(50)), over('stopped'), [step('render', 6, 40)], false),
    'Submitted: done, Claimed by ae-03: done, Download: not reached, Prepare: not reached, ' +
      'Render: stopped, Post: not reached, Stopped: see the receipt',
  ],
  [
    'given back by its host',
    words(queued, over('released'), [step('render', 6, 40)], false),
    'Submitted: done, Claimed by ae-03: done, Download: not known, Prepare: not known, ' +
      'Render: given back, Post: not known, Done: waits for a new attempt',
  ],
  [
    'stopped, while nothing proves it',
    words(stopped('unconfirmed', null), unproven('lost'), [step('render', 6, null)], true),
    'Submitted: done, Claimed by ae-03: done, Download: not known, Prepare: not known, ' +
      'Render: its end is not known, Post: not known, Not proven: see the receipt',
  ],
  [
    'while a stop is asked for',
    words(
      { ...running, status: 'CANCELLING', receipt: aReceipt({ outcome: 'cancelling' }) },
      attempt,
      STEPS,
      false,
    ),
    'Submitted: done, Claimed by ae-03: done, Download: done, Prepare: done, Render: now, ' +
      'Post: waiting, Stopped: not proven yet',
  ],
])('%s', (_state, said, wanted) => {
  expect(said.join(', ')).toBe(wanted);
});

it('a stop has the time of its proof, and none before it', () => {
  const lastOf = (outcome: 'cancelled' | 'unconfirmed' | 'declared', confirmedAt: string | null) =>
    describeJobSteps(stopped(outcome, confirmedAt), unproven('lost'), null, false).at(-1);
  expect(lastOf('cancelled', at(90))).toMatchObject({ title: 'Stopped', at: at(90) });
  for (const outcome of ['unconfirmed', 'declared'] as const)
    expect(lastOf(outcome, null)).toMatchObject({ title: 'Not proven', at: null, endedAt: null });
});

it.each(['lost', 'stopped', 'released', 'hostFailed'])(
  'the end of the last step of an attempt that was %s has no time without a proof',
  (outcome) => {
    const steps = describeJobSteps(queued, unproven(outcome), [step('render', 6, 40)], false);
    expect(steps.find(({ title }) => title === 'Render')).toMatchObject({
      ...{ state: 'problem', word: 'its end is not known', at: at(6), endedAt: null },
    });
  },
);

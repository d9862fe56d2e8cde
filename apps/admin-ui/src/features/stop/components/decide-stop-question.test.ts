import type { WireAttempt } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { formatTime } from '../../../components/time/format-time.ts';
import { ASKED_AT, aJob, anOpenAttempt, aReceipt } from '../../../testing/a-job.ts';
import { decideStopQuestion } from './decide-stop-question.ts';

const NOW = Date.parse(ASKED_AT);
const attempt: WireAttempt = {
  id: '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a5a',
  number: 1,
  host: 'ae-03',
  outcome: 'lost',
  phase: null,
  progress: 0,
  frame: null,
  totalFrames: null,
  output: 'none',
  startedAt: ASKED_AT,
  endedAt: ASKED_AT,
  processes: [],
  usage: [],
  proof: 'kernel',
  confirmedAt: ASKED_AT,
  declared: null,
  problem: null,
};
const declared = { by: 'ada', at: ASKED_AT, reason: 'It burned.' };
const queued = { status: 'QUEUED', position: 3, host: null } as const;
const ask = (job: Parameters<typeof aJob>[0], attempts: readonly WireAttempt[] | null) =>
  decideStopQuestion(
    aJob(job),
    attempts === null ? undefined : { attempts: [...attempts], hostLastHeardAt: null },
    NOW,
  );
const HEARD = formatTime('2026-11-25T02:10:03.000Z');
const OPEN = `Attempt 1 on ae-03 is not proven: last heard ${HEARD}.`;

it.each([
  ['COMPLETED', 'finished'],
  ['FAILED', 'failed'],
] as const)('a %s job has %s', (status, word) => {
  const body = `It ${word} at ${formatTime(ASKED_AT)}. Nothing to stop.`;
  expect(ask({ status, endedAt: ASKED_AT }, [])).toMatchObject({ kind: 'ended', body });
  const openAttempts = [anOpenAttempt()];
  expect(ask({ status, endedAt: ASKED_AT, openAttempts }, [])).toMatchObject({
    body: `${body} ${OPEN}`,
  });
});

it.each([
  ['never started', { attempt: null }, [], ['No process and no file exists for it.']],
  [
    'waits after a proven attempt',
    {},
    [attempt],
    ['Every earlier attempt is proven to have ended.'],
  ],
  ['waits, details not loaded', {}, null, ['Earlier attempts: …']],
  [
    'waits after a lost attempt',
    { openAttempts: [anOpenAttempt()] },
    [{ ...attempt, confirmedAt: null }],
    [OPEN, 'Removed now, it stays “Not proven” until that is proven.'],
  ],
  [
    'waits after a declared attempt',
    {},
    [{ ...attempt, confirmedAt: null, declared }],
    [
      `ada declared ae-03 gone at ${formatTime(ASKED_AT)}: It burned. ` +
        'Nothing proves that attempt 1 ended.',
    ],
  ],
  [
    'waits after an attempt that was proven although it was declared',
    {},
    [{ ...attempt, declared }],
    ['Every earlier attempt is proven to have ended.'],
  ],
] as const)('a queued job that %s', (_case, job, attempts, facts) => {
  const { openAttempts = [] } = { openAttempts: undefined, ...job };
  const asked = ask({ ...queued, ...job, openAttempts: [...(openAttempts ?? [])] }, attempts);
  expect(asked).toMatchObject({ kind: 'confirm', stopLabel: 'Remove', facts });
});

it('a running job names its other attempts too', () => {
  const { facts = [] } = { facts: undefined, ...ask({ openAttempts: [anOpenAttempt()] }, []) };
  expect(facts).toContain(OPEN);
});

it('a job with a receipt was asked to stop before', () => {
  expect(ask({ receipt: aReceipt() }, [])).toMatchObject({ kind: 'alreadyRequested' });
});

import { expect, test } from 'vitest';
import { exampleCancelled } from '../procedures/jobs/cancel-job.ts';
import { describeStop, PROOF_LIMIT_MS, shortStop } from './describe-stop.ts';
import type { WireCancelReceipt } from './job.ts';

const AT = '2026-03-01T12:00:00.000Z';
const NOW = Date.parse(AT);
const receipt: WireCancelReceipt = {
  ...{ ...exampleCancelled, host: 'ae-04', requestedAt: AT, askToProofMs: 1 },
};
const open = { number: 1, host: 'ae-03', lastHeardAt: AT, output: 'none', problem: null } as const;
const gone = { number: 3, host: 'ae-05', by: 'ada', at: AT, reason: 'It burned.' };
const NOT_PROVEN = 'attempt 1 on ae-03 is not proven to have ended';
const DECLARED = 'attempt 3 counts as ended only because ada declared ae-05 gone';
const ASKED = 'Stop requested; ae-04 has not yet confirmed that nothing of the job runs';
const FIRST = 'The job finished before it could be stopped; its output is published';

test.each([
  ['cancelled', [], [], true, 'Job cancelled successfully'],
  ['finishedFirst', [], [], true, FIRST],
  ['finishedFirst', [open], [], false, `${FIRST}, but ${NOT_PROVEN}`],
  ['finishedFirst', [], [gone], false, `${FIRST}, but ${DECLARED}`],
  ['unconfirmed', [open], [], false, `Job cancelled, but ${NOT_PROVEN}`],
  ['unconfirmed', [open], [gone], false, `Job cancelled, but ${NOT_PROVEN}; ${DECLARED}`],
  ['declared', [], [gone], false, `Job cancelled, but ${DECLARED}`],
  ['cancelling', [open], [], false, ASKED],
] as const)(
  'only a proof of every attempt settles a cancel: %s with open %j and declared %j',
  (outcome, openAttempts, declared, settled, message) => {
    const unproven = { openAttempts: [...openAttempts], declared: [...declared] };
    const asked = { ...receipt, outcome, ...unproven };
    expect(describeStop(asked, NOW)).toMatchObject({ isSettled: settled, sentence: message });
  },
);

test.each([
  [null, 'ae-06 has not told the new database yet what it runs'],
  [
    { by: 'ada', at: AT, reason: 'It burned.' },
    'ae-06 will not tell the new database what it ran: It burned.',
  ],
])('a cancel is not settled while a host has not reported: %j', (declaration, clause) => {
  const awaitedHosts = [{ host: 'ae-06', reportedAt: null, declaration }];
  const asked: WireCancelReceipt = { ...receipt, outcome: 'unconfirmed', awaitedHosts };
  expect(describeStop(asked, NOW)).toMatchObject({
    isSettled: false,
    sentence: `Job cancelled, but ${clause}`,
  });
  expect(describeStop({ ...asked, outcome: 'finishedFirst' }, NOW).isSettled).toBe(false);
});

test('a cancel is settled when the awaited host has reported', () => {
  const awaitedHosts = [{ host: 'ae-06', reportedAt: AT, declaration: null }];
  expect(describeStop({ ...receipt, awaitedHosts }, NOW).isSettled).toBe(true);
});

const late = NOW + PROOF_LIMIT_MS;
const missing = { confirmedAt: null, askToProofMs: null } as const;
const survivors = [{ pid: 4102, name: 'AfterFX', state: 'D' }];

test.each([
  ['cancelled', {}, late, false, 'Stopped'],
  ['cancelled', { askToProofMs: PROOF_LIMIT_MS - 1 }, late, false, 'Stopped'],
  ['cancelled', { askToProofMs: PROOF_LIMIT_MS }, late, true, 'Stopped'],
  ['cancelling', missing, late - 1, false, 'Stopping'],
  ['cancelling', { ...missing, survivors }, late - 1, false, 'Stopping'],
  ['cancelling', missing, late, true, 'Not proven'],
  ['unconfirmed', missing, late - 1, false, 'Not proven'],
  ['unconfirmed', missing, late, true, 'Not proven'],
  ['declared', missing, late - 1, false, 'Not proven'],
  ['finishedFirst', missing, late, true, 'Finished'],
] as const)('the label of a stop: %s with %j at %i', (outcome, facts, nowMs, isLate, label) => {
  const asked: WireCancelReceipt = { ...receipt, ...facts, outcome };
  expect(describeStop(asked, nowMs)).toMatchObject({ isLate, label });
});

const two = [open, { ...open, number: 3, host: 'ae-04' }];
const kept = 'Finished first. It ended before the stop. Its output is kept.';
const here = 'Something of it may still run on ae-03.';
test.each([
  ['cancelled', [], NOW, 'Stopped. Nothing of it is running.'],
  ['cancelling', [], NOW, 'Stopping. Waiting for ae-04.'],
  ['cancelling', two, NOW, 'Stopping. Waiting for ae-04, ae-03.'],
  ['cancelling', [], late, 'Not proven. Something of it may still run on ae-04.'],
  ['unconfirmed', [open], NOW, `Not proven. ${here}`],
  ['declared', [], NOW, 'Not proven. A host was declared gone, so it counts as ended.'],
  ['finishedFirst', [], NOW, kept],
  ['finishedFirst', [open], NOW, `${kept} ${here}`],
] as const)('the short words of a stop: %s with open %j', (outcome, openAttempts, nowMs, words) => {
  const asked = { ...receipt, ...missing, outcome, openAttempts: [...openAttempts] };
  const { title, text } = shortStop(asked, nowMs);
  expect(`${title}. ${text}`).toBe(words);
});

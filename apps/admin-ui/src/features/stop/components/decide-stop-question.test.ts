import type { WireAttempt, WireJob } from '@renderdeck/contract';
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
  steps: null,
  cachedSources: null,
  processes: [],
  usage: [],
  proof: 'kernel',
  stop: null,
  removal: null,
  confirmedAt: ASKED_AT,
  declared: null,
  problem: null,
};
const declared = { by: 'ada', at: ASKED_AT, reason: 'It burned.' };
const queued = { status: 'QUEUED', position: 3, host: null } as const;
type Job = Partial<WireJob>;
type Attempts = WireAttempt[] | null;
const ask = (job: Job, attempts: Attempts, heardMsAgo: number | null = null) => {
  const hostLastHeardAt = heardMsAgo === null ? null : new Date(NOW - heardMsAgo).toISOString();
  const details = attempts === null ? undefined : { attempts, hostLastHeardAt };
  return decideStopQuestion(aJob(job), details, NOW);
};
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

it.each<[string, Job, Attempts, string[]]>([
  [
    'never started',
    { attempt: null },
    [],
    ['No attempt was made: no process and no file of it is known.'],
  ],
  ['never started, details not loaded', { attempt: null }, null, ['Earlier attempts: …']],
  [
    'was given back at no cost, unproven',
    { attempt: null },
    [{ ...attempt, confirmedAt: null }],
    ['Nothing proves yet that attempt 1 on ae-03 ended.'],
  ],
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
    [OPEN, 'If you remove it now, it reads “Not proven” until the host proves the end.'],
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
])('a queued job that %s', (_case, job, attempts, facts) => {
  const asked = ask({ ...queued, ...job }, attempts);
  expect(asked).toMatchObject({ kind: 'confirm', stopLabel: 'Remove', facts });
});

it('a job that never started says so, and one on a silent host what a stop means', () => {
  const removes = { body: 'It has not started.', stopLabel: 'Remove' };
  expect(ask({ ...queued, attempt: null }, [])).toMatchObject(removes);
  expect(ask({}, [], 240_000)).toMatchObject({
    body: expect.stringMatching(/^ae-03 has been silent for 4 min 00 s[.] It may still be rend/),
    stopLabel: 'Stop when it answers',
  });
});

it('the question about a running job names its other attempts too', () => {
  const { facts = [] } = { facts: undefined, ...ask({ openAttempts: [anOpenAttempt()] }, []) };
  expect(facts).toContain(OPEN);
});

it('a job with a receipt was asked to stop before', () => {
  expect(ask({ receipt: aReceipt() }, [])).toMatchObject({ kind: 'alreadyRequested' });
});

/*
 * For each state of job, attempts and host: what the dialog says, and what it must not say, because
 * nobody knows it.
 */
const NEVER_MADE = /It has not started|no process and no file/i;
const ENDED = /ended\.$|It finished|Nothing to stop/i;
const HOST_SILENT = /silent/;
it.each<[string, Job, Attempts, number, RegExp[]]>([
  ['queued, details not loaded', { ...queued, attempt: null }, null, 0, [NEVER_MADE, ENDED]],
  [
    'queued after an attempt that cost nothing',
    { ...queued, attempt: null },
    [{ ...attempt, confirmedAt: null }],
    0,
    [NEVER_MADE],
  ],
  [
    'queued after a lost attempt',
    { ...queued, openAttempts: [anOpenAttempt()] },
    [{ ...attempt, confirmedAt: null }],
    0,
    [NEVER_MADE, /proven to have ended/],
  ],
  ['rendering, details not loaded', {}, null, 600_000, [HOST_SILENT, /none yet/, ENDED]],
  ['rendering, the host was heard just now', {}, [], 5_000, [HOST_SILENT, ENDED]],
  ['rendering, the host is silent', {}, [], 240_000, [/ended/, /Nothing to stop/]],
  ['failed', { status: 'FAILED', endedAt: ASKED_AT }, [], 0, [/finished/i]],
])('%s: never more than is known', (_case, job, attempts, heardMsAgo, never) => {
  const asked = ask(job, attempts, heardMsAgo);
  const texts = [asked.body, ...(asked.kind === 'confirm' ? asked.facts : [])];
  for (const untrue of never) for (const text of texts) expect(text).not.toMatch(untrue);
});

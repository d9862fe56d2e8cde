import { describe, expect, test } from 'vitest';
import { AT, aJob, LATER } from '../test/a-job.ts';
import { NOTHING_OUT } from '../test/an-attempt.ts';
import {
  confirmEnd,
  decideAcknowledge,
  decideFinish,
  decideGiveUp,
  type EndingAttempt,
  type HostProof,
} from './end-attempt.ts';
import type { Output } from './job.ts';

const anEnd = (output: Output = 'none'): EndingAttempt => {
  const facts = { id: 'a1', number: 1, host: 'render-01', ...NOTHING_OUT };
  return { ...facts, output, others: [] };
};
const proof = (output: Output = 'none', survivors = 0): HostProof => ({
  ...{ survivors, output, publications: null },
});
const COMPLETED = { kind: 'completed' } as const;
const FAILED = { kind: 'failed', failure: 'aerender failed.' } as const;
const LOST = { outcome: 'lost', why: 'Lost.' } as const;
const maybe = { output: 'maybe' } as const;

describe('a stop that its host has proven', () => {
  test('cancels the job and saves what the host knows of the output', () => {
    expect(decideAcknowledge(aJob('CANCELLING'), anEnd(), proof('published'), AT)).toMatchObject({
      event: 'acknowledgeStop',
      job: { status: 'CANCELLED', output: 'published', endedAt: AT },
      outcome: 'stopped',
      output: 'published',
      isProven: true,
    });
  });
  test('is rejected while a process survives', () => {
    expect(decideAcknowledge(aJob('CANCELLING'), anEnd(), proof('none', 1), AT)).toEqual({
      ok: false,
      rejection: { code: 'stillRunning', survivors: 1 },
    });
  });
});

describe('an attempt that ended by itself', () => {
  test.each([
    // status, what the database and the host know of the output, end, signalled, event, output
    ['RENDERING', 'none', 'none', COMPLETED, false, 'complete', 'none'],
    ['RENDERING', 'maybe', 'none', COMPLETED, false, 'complete', 'published'],
    ['RENDERING', 'none', 'published', COMPLETED, false, 'complete', 'published'],
    ['RENDERING', 'none', 'maybe', FAILED, false, 'fail', 'maybe'],
    ['CANCELLING', 'maybe', 'maybe', COMPLETED, false, 'finishFirst', 'published'],
    ['CANCELLING', 'none', 'published', COMPLETED, false, 'finishFirst', 'published'],
  ] as const)(
    '%s, output %s, by its host %s: %j, signalled %s → %s, output %s',
    (status, output, told, end, signalled, event, after) => {
      const job = aJob(status, { output });
      const own = { end, signalled, proof: proof(told) };
      expect(decideFinish(job, anEnd(output), own, LATER)).toMatchObject({
        ok: true,
        event,
        job: { output: after, endedAt: LATER },
        outcome: end.kind,
        output: after,
        isProven: true,
      });
    },
  );
  test.each([
    [COMPLETED, 'maybe', true],
    [COMPLETED, 'none', false],
    [FAILED, 'maybe', false],
  ] as const)(
    'an end is rejected after a stop request: %j, output %s, signalled %s',
    (end, output, signalled) => {
      const own = { end, signalled, proof: proof(output) };
      expect(decideFinish(aJob('CANCELLING', { output }), anEnd(output), own, AT)).toEqual({
        ok: false,
        rejection: { code: 'stopRequested', attemptId: 'a1' },
      });
    },
  );
});

describe('a job that gives up its attempt', () => {
  test('goes back to the queue; without a proof the attempt is open', () => {
    expect(decideGiveUp(aJob('RENDERING'), anEnd(), LOST, null, AT)).toMatchObject({
      event: 'requeue',
      job: { status: 'QUEUED', warnings: [] },
      outcome: 'lost',
      output: 'none',
      isProven: false,
    });
  });
  test.each(['released', 'hostFailed'] as const)(
    'with a proof (%s) the job says what may be out and loses no attempt',
    (outcome) => {
      const given = { outcome, why: 'Given back.' };
      expect(decideGiveUp(aJob('RENDERING'), anEnd(), given, proof('maybe'), AT)).toMatchObject({
        event: 'requeue',
        outcome,
        job: {
          ...{ status: 'QUEUED', output: 'maybe', maxAttempts: 4 },
          failure: 'Given back. The output of the job may already be out.',
          warnings: ['Attempt 1 on render-01 ended while it published: its output may be out.'],
        },
        output: 'maybe',
        isProven: true,
      });
    },
  );
  test('is given back if it is killed once, and fails if it is killed again', () => {
    const given = { outcome: 'hostFailed', why: 'Given back.', killed: 'It was killed.' } as const;
    const first = decideGiveUp(aJob('RENDERING'), anEnd(), given, proof(), AT);
    const warning = 'Attempt 1 was ended by the system or by another program on render-01.';
    expect(first).toMatchObject({
      ...{ event: 'requeue', outcome: 'hostFailed' },
      job: { status: 'QUEUED', maxAttempts: 4, failure: 'Given back.', warnings: [warning] },
    });
    const again = aJob('RENDERING', { warnings: [warning] });
    const other = { ...anEnd(), number: 2, host: 'render-02' };
    expect(decideGiveUp(again, other, given, proof(), AT)).toMatchObject({
      ...{ event: 'fail', outcome: 'failed' },
      job: {
        ...{ status: 'FAILED', warnings: [warning] },
        failure: `It was killed. It has happened before: ${warning} The job is not tried again.`,
      },
    });
  });
  test.each([
    [null, 'hostLost', 'lost', false],
    [proof(), 'acknowledgeStop', 'stopped', true],
  ] as const)('was asked to stop, proof %j → %s', (told, event, outcome, isProven) => {
    const job = aJob('CANCELLING', maybe);
    const decided = decideGiveUp(job, anEnd('maybe'), LOST, told, AT);
    expect(decided).toMatchObject({ event, outcome, isProven, job: { status: 'CANCELLED' } });
  });
  test('rejects an attempt that no longer holds the job', () => {
    expect(decideGiveUp(aJob('QUEUED'), anEnd(), LOST, null, AT)).toEqual({
      ok: false,
      rejection: { code: 'lostAttempt', attemptId: 'a1' },
    });
    const mine = aJob('RENDERING', { attempts: 9 });
    expect(decideGiveUp({ ...mine, status: 'FAILED' }, anEnd('maybe'), LOST, null, AT).ok).toBe(
      false,
    );
  });
});

test('a late proof changes only what the job knows of its output', () => {
  const job = aJob('QUEUED', { output: 'maybe' });
  expect(confirmEnd(job, anEnd('maybe'), proof('published'))).toEqual({
    job: { ...job, output: 'published', version: job.version + 1 },
    output: 'published',
    publications: [],
  });
});

const FILM = { what: '/out/film.mp4', state: 'maybe' } as const;
const publishing = { ...anEnd('maybe'), publications: [FILM] };
/** The host looked after the end, and found this. */
const looked = (publications: HostProof['publications'], output: Output): HostProof => ({
  ...{ survivors: 0, output, publications },
});

describe('an attempt that ended while it published', () => {
  const job = aJob('RENDERING', maybe);

  test('takes its maybe back when the host found that nothing is out', () => {
    const given = decideGiveUp(job, publishing, LOST, looked([], 'none'), AT);
    expect(given).toMatchObject({ event: 'requeue', output: 'none', publications: [] });
    expect(given).toMatchObject({ job: { output: 'none', warnings: [], failure: 'Lost.' } });
    const later = confirmEnd(aJob('QUEUED', maybe), publishing, looked([], 'none'));
    expect(later).toMatchObject({ job: { output: 'none' }, output: 'none', publications: [] });
  });

  test('does not take back what another attempt put out', () => {
    const other = { ...publishing, number: 1, output: 'published' } as const;
    const beside = { ...publishing, others: [other] };
    const given = decideGiveUp(job, beside, LOST, looked([], 'none'), AT);
    expect(given).toMatchObject({ job: { output: 'published' }, output: 'none' });
  });

  test('is told on the job if another attempt has put the same out', () => {
    const other = { number: 2, host: 'render-02', output: 'published', publications: [] } as const;
    const own = { ...publishing, others: [{ ...other, publications: [FILM] }] };
    const told =
      `${FILM.what} may have been published twice: by attempt 1 on render-01 and by attempt 2 on ` +
      'render-02.';
    const proven = looked([FILM], 'maybe');
    expect(confirmEnd(aJob('COMPLETED', maybe), own, proven).job.warnings).toEqual([told]);
    expect(decideGiveUp(job, own, LOST, proven, AT)).toMatchObject({
      job: { warnings: [told, expect.stringContaining('its output may be out')] },
    });
    const alone = { ...publishing, others: [other] };
    expect(confirmEnd(aJob('COMPLETED', maybe), alone, proven).job.warnings).toEqual([]);
  });

  test('keeps what the database knows when the host knows nothing', () => {
    const given = decideGiveUp(job, publishing, LOST, looked(null, 'none'), AT);
    expect(given).toMatchObject({ job: maybe, output: 'maybe', publications: [FILM] });
  });

  test('completes its job when all that it had to put out is on record', () => {
    const whole = { ...publishing, output: 'published', allPublished: true } as const;
    for (const attempts of [1, 3])
      expect(
        decideGiveUp({ ...job, attempts, output: 'published' }, whole, LOST, null, AT),
      ).toMatchObject({
        ...{ event: 'complete', outcome: 'completed', isProven: false },
        job: { status: 'COMPLETED', output: 'published', warnings: [], endedAt: AT },
      });
  });
});

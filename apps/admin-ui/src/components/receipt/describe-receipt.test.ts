import { describe, expect, it } from 'vitest';
import { ASKED_AT, aJob, anOpenAttempt, aProvenReceipt, aReceipt } from '../../testing/a-job.ts';
import { formatTime } from '../time/format-time.ts';
import { describeReceipt } from './describe-receipt.ts';

const after = (ms: number) => Date.parse(ASKED_AT) + ms;
const verdictOf = (...args: Parameters<typeof describeReceipt>) => {
  const { title, text, status } = describeReceipt(...args).verdict;
  return `${status}: ${title} ${text}`;
};

const HEARD = formatTime('2026-11-25T02:10:03.000Z');
const GONE = {
  number: 1,
  host: 'ae-03',
  by: 'ada',
  at: '2026-11-25T09:00:00.000Z',
  reason: 'it burned',
};

describe('the verdict of a receipt', () => {
  const job = aJob();
  it.each([
    ['nothing has come back yet', aReceipt(), 12_000, 'Stopping: Stopping… step 3 of 6'],
    [
      'it was delivered',
      aReceipt({ deliveredAt: ASKED_AT }),
      12_000,
      'Stopping: Stopping… step 4 of 6',
    ],
    [
      'no answer within the limit',
      aReceipt(),
      30_000,
      'Not proven: Not proven. ae-03 has not answered for 30 s. It may still be rendering.',
    ],
    [
      'an answer, but no proof within the limit',
      aReceipt({ deliveredAt: ASKED_AT }),
      40_000,
      `Not proven: Not proven. ae-03 got the stop request at ${formatTime(ASKED_AT)} and has ` +
        'proven nothing since. It may still be rendering.',
    ],
    [
      'a process that does not end',
      aReceipt({ deliveredAt: ASKED_AT, survivors: [{ pid: 4120, name: 'AfterFX', state: 'D' }] }),
      5_000,
      'Stopping: Still running. AfterFX 4120 did not end.',
    ],
    [
      'a host that cannot see every process',
      aReceipt({
        deliveredAt: ASKED_AT,
        survivors: [{ pid: 0, name: 'unknown', state: 'unknown: /proc hides some.' }],
      }),
      5_000,
      'Stopping: Stopping. /proc hides some. It may still be running.',
    ],
    [
      'proof',
      aProvenReceipt(),
      60_000,
      'Stopped: Stopped. Nothing of this render is running on ae-03. Took 8.2 s.',
    ],
    [
      'proof, but a file is in use',
      aProvenReceipt({
        files: { removed: 310, bytes: 1, leftovers: [{ path: '/scratch/a', error: 'in use' }] },
      }),
      60_000,
      'Stopped: Stopped, files left. 1 file could not be removed.',
    ],
    [
      'the host was lost',
      aReceipt({ outcome: 'unconfirmed', openAttempts: [anOpenAttempt()] }),
      240_000,
      `Not proven: Not proven. Attempt 1 on ae-03 is not proven: last heard ${HEARD}.`,
    ],
    [
      'the host was never known',
      aReceipt({ outcome: 'unconfirmed', openAttempts: [anOpenAttempt({ lastHeardAt: null })] }),
      240_000,
      'Not proven: Not proven. Attempt 1 on ae-03 is not proven.',
    ],
    [
      'the host was declared gone',
      aReceipt({ outcome: 'declared', declared: [GONE] }),
      240_000,
      `Not proven: Declared gone. ada declared ae-03 gone at ${formatTime(GONE.at)}: ` +
        'it burned. Nothing proves that attempt 1 ended.',
    ],
  ] as const)('%s', (_, receipt, ms, verdict) => {
    expect(verdictOf(job, receipt, after(ms))).toBe(verdict);
  });

  it.each([
    ['never started', null, 'It had not started and left the queue.'],
    ['was proven to have ended', 1, 'It waited and left the queue.'],
  ] as const)('it was queued, and %s', (_, attempt, text) => {
    const receipt = aProvenReceipt({ host: null, processes: [], proof: 'noProcess' });
    expect(verdictOf(aJob({ attempt }), receipt, after(0))).toBe(`Stopped: Stopped. ${text}`);
    const { steps } = describeReceipt(aJob({ attempt }), receipt, after(0));
    expect(steps[5]?.text).toMatch(/^No process was started: the job waited, or was stopped /);
  });

  it('the render ended before the stop', () => {
    const ended = aJob({ status: 'COMPLETED', endedAt: ASKED_AT });
    expect(
      verdictOf(ended, aReceipt({ outcome: 'finishedFirst', output: 'published' }), after(0)),
    ).toBe(
      `Finished: Finished first. The render ended at ${formatTime(ASKED_AT)}, ` +
        'before the stop. Output kept.',
    );
  });

  it('names every attempt without a proof, whatever the outcome', () => {
    const openAttempts = [
      anOpenAttempt({ output: 'maybe' }),
      anOpenAttempt({ number: 2, host: 'ae-04', problem: 'Its hardware is another.' }),
    ];
    const named = [
      `Attempt 1 on ae-03 is not proven: last heard ${HEARD}. Its output may be published.`,
      `Attempt 2 on ae-04 is not proven: last heard ${HEARD}. Its hardware is another.`,
    ];
    for (const outcome of ['cancelling', 'finishedFirst', 'unconfirmed'] as const) {
      const receipt = aReceipt({ outcome, openAttempts });
      const { text, more } = describeReceipt(job, receipt, after(0)).verdict;
      expect([text, ...more]).toEqual(expect.arrayContaining(named));
    }
  });

  it('a stop that was proven late keeps both times', () => {
    const receipt = aProvenReceipt({ askToProofMs: 240_000 });
    expect(describeReceipt(job, receipt, after(300_000)).verdict.more).toContain(
      `It was not proven at ${formatTime(after(30_000))}. ` +
        `Proven at ${formatTime(receipt.confirmedAt ?? '')}.`,
    );
  });

  it('names its trace, if the cancel was traced', () => {
    const receipt = aProvenReceipt({ traceId: '4bf9' });
    expect(describeReceipt(job, receipt, after(0)).verdict.more).toContain('Its trace is 4bf9.');
  });

  it.each([
    ['none', 'No output was published.'],
    ['maybe', 'The output may have been published.'],
    ['published', 'The output was published before the stop.'],
  ] as const)('output %s', (output, sentence) => {
    expect(describeReceipt(job, aProvenReceipt({ output }), after(0)).verdict.more).toContain(
      sentence,
    );
  });
});

describe('the six steps', () => {
  it('have the same names in the same order, whatever has happened', () => {
    for (const receipt of [aReceipt(), aProvenReceipt(), aReceipt({ outcome: 'unconfirmed' })]) {
      const titles = describeReceipt(aJob(), receipt, after(0)).steps.map(({ title }) => title);
      expect(titles).toEqual(['Asked', 'Recorded', 'Delivered', 'Processes', 'Files', 'Proof']);
    }
  });

  it('never wait for a host that has answered with its proof', () => {
    const receipt = aProvenReceipt({ deliveredWithProof: true });
    expect(describeReceipt(aJob(), receipt, after(160_000)).steps[2]).toEqual({
      title: 'Delivered',
      state: 'done',
      text: 'ae-03 answered with its proof',
      at: receipt.deliveredAt,
    });
  });

  it('count the wait for the host, but never 0 s, also where the clocks differ', () => {
    const textAt = (ms: number) => describeReceipt(aJob(), aReceipt(), after(ms)).steps[2]?.text;
    expect([-5_000, 0, 999].map(textAt)).toEqual(Array(3).fill('Waiting for ae-03'));
    expect(textAt(12_300)).toBe('Waiting for ae-03, 12 s');
  });

  it.each(['kernel', 'forkFree', 'repeated', 'rebooted'] as const)(
    'name the check behind the proof: %s',
    (proof) => {
      const step = describeReceipt(aJob(), aProvenReceipt({ proof }), after(0)).steps[5];
      expect(step).toMatchObject({ state: 'done', text: expect.stringMatching(/^By .*ae-03/) });
    },
  );
});

it('the steps of a proven attempt beside another that is open: its own, and no proof', () => {
  const receipt = aProvenReceipt({
    outcome: 'unconfirmed',
    attempt: 2,
    host: 'ae-04',
    proof: null,
    openAttempts: [anOpenAttempt()],
    confirmedAt: null,
  });
  const { steps } = describeReceipt(aJob(), receipt, after(0));

  expect(steps.slice(2, 5).map(({ text }) => text)).toEqual([
    'ae-04 confirmed, 0.4 s',
    '3 of 3 ended',
    '4.1 GB in 312 files removed, 0.9 s',
  ]);
  expect(steps[5]).toMatchObject({
    state: 'problem',
    text: 'missing of attempt 1 on ae-03, until its host is back and reports',
  });
});

it('a declared attempt is no proof', () => {
  const receipt = aReceipt({ outcome: 'declared', declared: [GONE] });
  expect(describeReceipt(aJob(), receipt, after(0)).steps.slice(2)).toMatchObject([
    { state: 'problem', text: 'ae-03 has not answered' },
    { state: 'problem', text: 'not visible' },
    { state: 'problem', text: 'not known' },
    { state: 'problem', text: 'none: ae-03 was declared gone' },
  ]);
});

describe('a job that a host may run although the database lost that', () => {
  const awaited = { host: 'ae-03', reportedAt: null, declaration: null };
  const receipt = aReceipt({ outcome: 'unconfirmed', host: null, awaitedHosts: [awaited] });
  const { verdict, steps } = describeReceipt(aJob(), receipt, after(0));

  it('is not proven, and says who must report', () => {
    expect(verdict).toMatchObject({
      title: 'Not proven.',
      text: 'ae-03 has not told the new database yet what it runs.',
      more: ['What to do: look at ae-03, or wait. The stop request stays.'],
    });
  });

  it('has no step that says more than is known', () => {
    expect(steps.slice(3)).toMatchObject([
      { title: 'Processes', state: 'problem', text: 'not known' },
      { title: 'Files', state: 'problem', text: 'not known' },
      { title: 'Proof', state: 'problem', text: verdict.text },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { AT, aJob, lease } from '../test/a-job.ts';
import { aReport } from '../test/a-report.ts';
import { decideRestore, type KnownAttempt } from './restore.ts';

const film = (state: 'maybe' | 'published' | 'skipped') => [{ what: '/out/film.mp4', state }];
const known = (number: number, otherwise: Partial<KnownAttempt> = {}): KnownAttempt => ({
  ...{ id: `a${number}`, number, host: `render-0${number}`, output: 'none', outcome: null },
  ...{ publications: [], allPublished: false, confirmedAt: null },
  ...otherwise,
});

describe('an output that two attempts may have put out', () => {
  const first = known(1, { output: 'maybe', publications: film('maybe'), confirmedAt: AT });
  const second = known(2);
  const job = aJob('RENDERING', { attempts: 2, lease: { ...lease, attemptId: 'a2' } });
  const report = (publications: ReturnType<typeof film>) =>
    aReport('completed', { attemptId: 'a2', number: 2, host: 'render-02', publications });

  it('is told before the job is completed', () => {
    expect(decideRestore(job, [first, second], report(film('published')))).toEqual({
      kind: 'warn',
      warning:
        '/out/film.mp4 may have been published twice: by attempt 1 on render-01 and ' +
        'by attempt 2 on render-02.',
    });
  });
  it('is not told of an attempt that left the output as it was', () => {
    const found = decideRestore(job, [first, second], report(film('skipped')));
    expect(found).toMatchObject({ kind: 'event', event: { type: 'complete' } });
  });
});

import { describe, expect, it } from 'vitest';
import { AT, aJob, lease } from '../test/a-job.ts';
import { aReport, UNPROVEN } from '../test/a-report.ts';
import { aKnown } from '../test/an-attempt.ts';
import { decideRestore } from './restore.ts';

const film = (state: 'maybe' | 'published' | 'skipped') => [{ what: '/out/film.mp4', state }];
describe('an output that two attempts may have put out', () => {
  const first = aKnown(1, { output: 'maybe', publications: film('maybe'), confirmedAt: AT });
  const second = aKnown(2);
  const job = aJob('RENDERING', { attempts: 2, lease: { ...lease, attemptId: 'a2' } });
  const report = (publications: ReturnType<typeof film>) =>
    aReport('completed', { attemptId: 'a2', number: 2, host: 'render-02', publications });

  const told =
    '/out/film.mp4 may have been published twice: by attempt 1 on render-01 and ' +
    'by attempt 2 on render-02.';

  it('is told before the job is completed', () => {
    expect(decideRestore(job, [first, second], report(film('published')))).toEqual({
      kind: 'warn',
      warning: told,
    });
  });
  it('is not told of an attempt that left the output as it was', () => {
    const found = decideRestore(job, [first, second], report(film('skipped')));
    expect(found).toMatchObject({ kind: 'event', event: { type: 'complete' } });
  });

  const published = { output: 'published', publications: film('published') } as const;
  const over = aJob('COMPLETED', { attempts: 2, output: 'published' });
  const later = aKnown(2, { ...published, outcome: 'completed', confirmedAt: AT });
  const maybe = { output: 'maybe', publications: film('maybe') } as const;

  it.each(['lost', 'failed', 'released', 'hostFailed', 'stopped'] as const)(
    'is told when the earlier one (%s) reports after the later one',
    (kind) => {
      const late = aReport(kind, { attemptId: 'a1', number: 1, host: 'render-01', ...maybe });
      const step = decideRestore(over, [aKnown(1), later], late);
      expect(step).toEqual({ kind: 'warn', warning: told });
      const warned = { ...over, warnings: [told] };
      expect(decideRestore(warned, [aKnown(1), later], late)).not.toEqual(step);
    },
  );
  it('is told when a daemon only knows that the earlier one began to publish', () => {
    const late = aReport('lost', {
      ...{ attemptId: 'a1', number: 1, host: 'render-01', ...maybe, stopReport: UNPROVEN },
    });
    expect(decideRestore(over, [aKnown(1), later], late)).toEqual({ kind: 'learn', ...maybe });
    const learnt = aKnown(1, maybe);
    expect(decideRestore(over, [learnt, later], late)).toEqual({ kind: 'warn', warning: told });
  });
  it('is told of a second output that the database does not know', () => {
    const publications = [...film('published'), { what: '/out/b.mp4', state: 'maybe' }] as const;
    const late = aReport('lost', {
      ...{ attemptId: 'a1', number: 1, host: 'render-01', output: 'published' },
      ...{ publications, stopReport: UNPROVEN },
    });
    expect(decideRestore(over, [aKnown(1, published), later], late)).toEqual({
      ...{ kind: 'learn', output: 'published', publications },
    });
  });
});

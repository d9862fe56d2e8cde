import { expect, test } from 'vitest';
import { AT, aJob } from '../test/a-job.ts';
import { aKnown } from '../test/an-attempt.ts';
import { JOB_STATUSES } from './job-status.ts';
import {
  correctWarnings,
  decideFinalOutput,
  decideGate,
  decidePublish,
  decidePublished,
  type PublishingAttempt,
  warnOfOutput,
  warnOfTwice,
} from './publish-gate.ts';

const anAttempt = (number: number, otherwise: Partial<PublishingAttempt>): PublishingAttempt => ({
  ...{ ...aKnown(number), declaredAt: null, ...otherwise },
});
const FILM = '/out/film.mp4';
const asked = { what: FILM, isModule: false, publications: [] };
const yes = { ok: true, isOut: false, warning: null };
const lost = { ok: false, rejection: { code: 'lostAttempt', attemptId: 'a1' } };
const stop = { ok: false, rejection: { code: 'stopRequested', attemptId: 'a1' } };

test.each([
  ['QUEUED', lost],
  ['RENDERING', { ok: true }],
  ['CANCELLING', stop],
  ['CANCELLED', lost],
  ['COMPLETED', lost],
  ['FAILED', lost],
] as const)('the first gate for an attempt of a %s job answers %j', (status, decision) => {
  expect(decideGate(aJob(status), 'a1')).toEqual(decision);
});

test('both gates refuse an attempt that lost its job to another attempt', () => {
  const decision = { ok: false, rejection: { code: 'lostAttempt', attemptId: 'a0' } };
  expect(decideGate(aJob('RENDERING'), 'a0')).toEqual(decision);
  expect(decidePublish(aJob('RENDERING'), [], 'a0', asked)).toEqual(decision);
});

test('the second gate refuses everything that the first gate refuses', () => {
  for (const status of JOB_STATUSES) {
    const first = decideGate(aJob(status), 'a1');
    const second = decidePublish(aJob(status), [], 'a1', asked);
    expect(second.ok).toBe(first.ok);
    if (!first.ok) expect(second).toEqual(first);
  }
});

test.each([
  ['none', null, null, true],
  ['maybe', null, null, false],
  ['published', null, null, false],
  ['maybe', AT, null, true],
  ['published', AT, null, true],
  ['maybe', null, AT, true],
  ['published', null, AT, true],
] as const)(
  'beside an attempt with output %s, confirmed %s, declared %s, the second gate is open: %s',
  (output, confirmedAt, declaredAt, ok) => {
    const attempts = [anAttempt(1, {}), anAttempt(2, { output, confirmedAt, declaredAt })];
    const refused = {
      ok: false,
      rejection: { code: 'otherMayPublish', number: 2, host: 'render-02', output },
    };
    expect(decidePublish(aJob('RENDERING'), attempts, 'a1', asked)).toEqual(
      ok ? { ...yes, job: 'maybe', attempt: 'maybe' } : refused,
    );
  },
);

test.each([
  ['none', 'none', 'maybe', 'maybe'],
  ['maybe', 'none', 'maybe', 'maybe'],
  ['maybe', 'maybe', 'maybe', 'maybe'],
  ['published', 'none', 'published', 'maybe'],
  ['published', 'published', 'published', 'published'],
] as const)(
  'a job at %s whose attempt is at %s becomes %s and %s: the output never goes back',
  (output, own, job, attempt) => {
    const attempts = [anAttempt(1, { output: own })];
    const decided = decidePublish(aJob('RENDERING', { output }), attempts, 'a1', asked);
    expect(decided).toEqual({ ...yes, job, attempt });
  },
);

test.each([
  ['none', true, 'none'],
  ['maybe', true, 'published'],
  ['published', true, 'published'],
  ['none', false, 'none'],
  ['maybe', false, 'maybe'],
  ['published', false, 'published'],
] as const)(
  'an attempt at %s that ends (complete: %s) is at %s afterwards',
  (output, done, end) => {
    expect(decideFinalOutput(output, done)).toBe(end);
  },
);

test.each([
  ['none', null],
  ['maybe', 'Attempt 2 on render-02 ended while it published: its output may be out.'],
  ['published', 'Attempt 2 on render-02 ended before it was complete: an output of it is out.'],
] as const)('an attempt at %s that gives up its job leaves the warning %s', (output, warning) => {
  expect(warnOfOutput(anAttempt(2, { output }))).toBe(warning);
});

test('an output on record makes the job published, and a late output adds one warning', () => {
  const own = aJob('RENDERING');
  const published = { ...own, output: 'published', version: own.version + 1 } as const;
  expect(decidePublished(own, [], anAttempt(1, {}), FILM)).toEqual(published);
  const late = decidePublished(own, [], anAttempt(2, {}), FILM);
  const warning = `Attempt 2 on render-02 published ${FILM} after it had lost the job.`;
  expect(late).toEqual({ ...published, warnings: [warning] });
  expect(decidePublished(late, [], anAttempt(2, {}), FILM).warnings).toEqual([warning]);
});

const putOut = (state: 'maybe' | 'published' | 'skipped', times = 1) =>
  Array.from({ length: times }, () => ({ what: FILM, state }));
const earlier = (publications: PublishingAttempt['publications']) =>
  anAttempt(2, { output: 'published', publications, confirmedAt: AT });

test.each([
  ['is certainly out', putOut('published'), [], true],
  ['may be out', putOut('maybe'), [], false],
  ['was skipped by the earlier attempt, too', putOut('skipped'), [], false],
  ['is put out a second time by the job', putOut('published'), putOut('skipped'), false],
  ['was put out twice before', putOut('published', 2), putOut('skipped'), true],
] as const)('an output that %s is not put out again: %j', (_, before, publications, isOut) => {
  const attempts = [anAttempt(1, {}), earlier(before)];
  const decided = decidePublish(aJob('RENDERING'), attempts, 'a1', { ...asked, publications });
  expect(decided).toMatchObject({ ok: true, isOut });
});

const TWICE = (what: string) =>
  `${what} may have been published twice: ` +
  'by attempt 1 on render-01 and by attempt 2 on render-02.';

test('a module runs again, and then the job says that something may be out twice', () => {
  const what = '@nexrender/action-upload';
  const attempts = [anAttempt(1, {}), earlier([{ what, state: 'published' }])];
  const module = { what, isModule: true, publications: [] };
  expect(decidePublish(aJob('RENDERING'), attempts, 'a1', module)).toMatchObject({
    isOut: false,
    warning: TWICE(what),
  });
});

test('an output that two attempts may have put out is told on the job', () => {
  const attempts = [anAttempt(1, {}), earlier(putOut('maybe'))];
  expect(decidePublished(aJob('RENDERING'), attempts, anAttempt(1, {}), FILM).warnings).toEqual([
    TWICE(FILM),
  ]);
  const skipped = [anAttempt(1, {}), earlier(putOut('skipped'))];
  expect(decidePublished(aJob('RENDERING'), skipped, anAttempt(1, {}), FILM).warnings).toEqual([]);
});

const OTHER = 'Another warning.';
const found = (state: 'maybe' | 'published' | null, isComplete = false) => ({
  output: state ?? ('none' as const),
  publications: state === null ? [] : putOut(state),
  isComplete,
});

test.each([
  ['that it is not out', found(null), [OTHER]],
  ['that it is out', found('published'), [OTHER, 'out', 'twice']],
  ['that all is out', found('published', true), [OTHER, 'twice']],
  ['nothing', found('maybe'), [OTHER, 'maybe', 'twice']],
] as const)('a host that finds %s corrects the warnings', (_, after, left) => {
  const attempt = anAttempt(1, { publications: putOut('maybe') });
  const texts = {
    maybe: warnOfOutput({ ...attempt, output: 'maybe' }) ?? '',
    out: warnOfOutput({ ...attempt, output: 'published' }) ?? '',
    twice: warnOfTwice([attempt], anAttempt(2, {}), FILM) ?? '',
  };
  const before = [OTHER, texts.maybe, texts.twice];
  const expected = left.map((one) => (one === OTHER ? one : texts[one]));
  expect(correctWarnings(before, attempt, after)).toEqual(expected);
  const reversed = warnOfTwice([anAttempt(2, { publications: putOut('maybe') })], attempt, FILM);
  const kept = after.publications.length > 0 ? [reversed] : [];
  expect(correctWarnings([reversed ?? ''], attempt, after)).toEqual(kept);
});

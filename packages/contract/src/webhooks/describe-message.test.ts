import { expect, test } from 'vitest';
import { describeMessage, linkOfMessage } from './describe-message.ts';

const AT = '2026-03-01T12:00:00.000Z';
const job = {
  ...{ id: '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59', name: 'spot 12', submittedBy: 'sam' },
  ...{ host: 'ae-03', attempts: 1, createdAt: AT, startedAt: AT, endedAt: AT },
  failure: null,
  output: 'none',
} as const;

const MAY_RUN = 'Not proven: spot 12. Something of it may still run on ae-03.';
const GONE = 'Not proven: spot 12. A host was declared gone, so it counts as ended.';
const FIRST = 'Finished first: spot 12. It ended before the stop. Its output is kept.';
test.each([
  ['CANCELLING', 'cancelling', ['ae-03'], MAY_RUN],
  ['CANCELLED', 'unconfirmed', ['ae-03'], MAY_RUN],
  ['CANCELLED', 'cancelled', [], 'Stopped: spot 12. Nothing of it is running.'],
  ['CANCELLED', 'declared', [], GONE],
  ['COMPLETED', 'finishedFirst', [], FIRST],
] as const)('a message about a stop: %s, %s', (status, outcome, mayRunOn, text) => {
  const asked = { requestedBy: 'ada', requestedAt: AT, reason: null };
  const stop = { ...asked, outcome, mayRunOn: [...mayRunOn] };
  expect(describeMessage({ data: { job: { ...job, status }, stop } })).toBe(
    `${text} Submitted by sam.`,
  );
});

test('a message is one line: no name and no failure makes another one of it', () => {
  const name = 'a\nFailed: b';
  const failed = { ...job, name, status: 'FAILED', failure: 'no\u202e\r\nend' } as const;
  expect(describeMessage({ data: { job: failed } })).toBe(
    String.raw`Failed: a Failed: b on ae-03. no\u202e end Submitted by sam.`,
  );
});

test.each([
  [2, 0, 'Queue stuck: 2 jobs wait, and nothing has rendered since AT.'],
  [1, 0, 'Queue stuck: 1 job waits, and nothing has rendered since AT.'],
  [1, 1, 'Queue goes on: a job renders, after nothing had rendered since AT.'],
  [0, 0, 'Queue settled: no job waits, after nothing had rendered since AT.'],
])('a message about a queue in which %i wait and %i render', (waiting, rendering, text) => {
  const data = { queue: { since: AT, waiting, rendering } };
  expect(describeMessage({ data })).toBe(text.replace('AT', AT));
  expect(linkOfMessage('https://desk.example/', { data })).toBe(
    'https://desk.example/queue?show=active',
  );
});

test('a message says what a person must know about the output', () => {
  const twice =
    '/out/a.mp4 may have been published twice: by attempt 1 on ae-03 and by attempt 2 on ae-04.';
  const published = { ...job, status: 'COMPLETED' as const, output: 'published' as const };
  const data = { job: { ...published, warnings: [twice] }, stop: null };
  expect(describeMessage({ data })).toBe(`Finished: spot 12. ${twice} Submitted by sam.`);
});

test('a message about a complete job says if nothing was published', () => {
  const data = { job: { ...job, status: 'COMPLETED' as const }, stop: null };
  expect(describeMessage({ data })).toBe('Finished, nothing published: spot 12. Submitted by sam.');
});

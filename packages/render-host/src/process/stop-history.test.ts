import { expect, test } from 'vitest';
import { UNKNOWN_TOKEN } from './snapshot/process-listing.ts';
import { createStopHistory } from './stop-history.ts';

const STARTED = '2026-03-01T12:00:00.000Z';
const read = { pid: 7, startToken: '134', name: 'AfterFX', parentPid: 1, startedAt: STARTED };
const unread = { ...read, startToken: UNKNOWN_TOKEN, startedAt: null };
const NOW = new Date('2026-03-01T12:00:05.000Z');

test.each([
  ['began', [unread, read]],
  ['ended', [read, unread]],
])('a process that could not be read when it %s is recorded once', (_when, looks) => {
  const history = createStopHistory();
  for (const process of looks) history.recordMembers([process], NOW);
  expect(history.knows([read]) && history.knows([unread])).toBe(true);
  history.recordSignal(unread, 'SIGKILL', NOW);
  history.recordMembers([], NOW);
  const { startToken, ...shown } = read;
  const ended = { endedBy: 'SIGKILL', endedAt: NOW.toISOString() };
  expect(history.report()).toEqual([{ ...shown, ...ended }]);
});

test('a process that cannot be read is not an ended process that had its pid', () => {
  const history = createStopHistory();
  for (const members of [[read], [], [unread]]) history.recordMembers(members, NOW);
  expect(history.report().map(({ startedAt, endedBy }) => ({ startedAt, endedBy }))).toEqual([
    { startedAt: null, endedBy: null },
    { startedAt: STARTED, endedBy: 'itself' },
  ]);
});

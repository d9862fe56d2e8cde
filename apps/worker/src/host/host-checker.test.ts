import type { CheckItem, HostRecord } from '@renderdeck/domain';
import { NEW_RECORD } from '@renderdeck/domain';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HostChecker } from './host-checker.ts';

const HELD: CheckItem[] = [{ name: 'render', ok: true, sentence: 'It rendered a frame.' }];
const FAILED: CheckItem[] = [{ name: 'render', ok: false, sentence: 'It rendered nothing.' }];
const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A host. The test ends its checks one by one, or all checks give `result` at once. */
function aHost(record: HostRecord = NEW_RECORD, result: CheckItem[] | null = null) {
  const ends: ((items: CheckItem[]) => void)[] = [];
  const saved: HostRecord[] = [];
  const reported: { items: readonly CheckItem[]; askedAt: Date | null }[] = [];
  const host = { asked: null as Date | null, begun: 0 };
  const hostChecker = new HostChecker({
    name: 'render-01',
    log: pino({ level: 'silent' }),
    record,
    saveRecord: async (one) => void saved.push(one),
    async check(signal) {
      host.begun += 1;
      if (result !== null) return result;
      return await new Promise((resolve, reject) => {
        ends.push(resolve);
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
    findAsked: async () => host.asked,
    async report(items, _ranMs, askedAt) {
      host.asked = null;
      reported.push({ items, askedAt });
    },
  });
  return { hostChecker, host, ends, saved, reported };
}
const turn = () => vi.advanceTimersByTimeAsync(0);

test('a host that failed tries again after 1, 2, 5, 10, 20, 30 minutes', async () => {
  const { hostChecker, host } = aHost(NEW_RECORD, FAILED);
  await hostChecker.noteHostFailure('No licence.');
  expect(hostChecker.problem).toBe(
    'No licence. No job is taken. The host checks itself 1 min after that, ' +
      'or at once: ctl hosts check render-01.',
  );
  let begun = 0;
  for (const minutes of [1, 2, 5, 10, 20, 30, 30]) {
    await vi.advanceTimersByTimeAsync(minutes * MINUTE - 1);
    expect(host.begun).toBe(begun);
    await vi.advanceTimersByTimeAsync(1);
    begun += 1;
    expect(host.begun).toBe(begun);
  }
  expect(hostChecker.problem).toMatch(/^It rendered nothing\. No job is taken\. .* 30 min/);
});

test('the third unclear failure, and failures during the check, wait for the verdict', async () => {
  const { hostChecker, ends, host } = aHost();
  expect(await hostChecker.judge()).toBe('job');
  expect(await hostChecker.judge()).toBe('job');
  expect(hostChecker.problem).toBeNull();
  const waiting = [hostChecker.judge(), hostChecker.judge()];
  await turn();
  expect(hostChecker.problem).toMatch(/renders in a row failed before their first frame/);
  expect(host.begun).toBe(1);
  ends[0]?.(FAILED);
  expect(await Promise.all(waiting)).toEqual(['host', 'host']);
  // A render that fails during the pause was not at fault either.
  expect(await hostChecker.judge()).toBe('host');
});

test('a check that holds makes the failures the jobs’ own; the count begins again', async () => {
  const { hostChecker, host } = aHost(NEW_RECORD, HELD);
  for (let job = 0; job < 8; job += 1) expect(await hostChecker.judge()).toBe('job');
  expect(host.begun).toBe(2);
  expect(hostChecker.problem).toBeNull();
});

test('a rendered frame starts the count again', async () => {
  const { hostChecker, host } = aHost(NEW_RECORD, FAILED);
  for (let round = 0; round < 3; round += 1) {
    expect(await hostChecker.judge()).toBe('job');
    expect(await hostChecker.judge()).toBe('job');
    await hostChecker.noteFrame();
  }
  expect(host.begun).toBe(0);
});

test('a daemon that ends during the check leaves the cause unknown', async () => {
  const { hostChecker } = aHost({ unclear: 2, pauses: 0, problem: null });
  const waiting = hostChecker.judge();
  await turn();
  await hostChecker.stop();
  expect(await waiting).toBe('unknown');
});

test('a restarted daemon checks at once if the earlier daemon had a reason to', async () => {
  for (const record of [
    { unclear: 3, pauses: 0, problem: null },
    { unclear: 0, pauses: 4, problem: 'No licence.' },
  ]) {
    const { hostChecker, host } = aHost(record, HELD);
    expect(hostChecker.problem).not.toBeNull();
    hostChecker.start();
    await turn();
    expect(host.begun).toBe(1);
    expect(hostChecker.problem).toBeNull();
  }
});

test('a request of an admin is answered by a new check after the one that runs', async () => {
  const { hostChecker, host, ends, reported } = aHost();
  await hostChecker.noteHostFailure('No licence.');
  await vi.advanceTimersByTimeAsync(MINUTE);
  const asked = new Date(0);
  host.asked = asked;
  const answered = hostChecker.answer();
  await turn();
  // The check that the host itself started began before the request.
  ends[0]?.(FAILED);
  host.asked = null;
  await turn();
  host.asked = asked;
  const again = hostChecker.answer();
  await turn();
  ends[1]?.(HELD);
  await Promise.all([answered, again]);
  expect(reported.at(-1)).toEqual({ items: HELD, askedAt: asked });
  expect(hostChecker.problem).toBeNull();
});

test('a host failure during a check that holds keeps the pause', async () => {
  const { hostChecker, ends } = aHost({ unclear: 2, pauses: 0, problem: null });
  const waiting = hostChecker.judge();
  await turn();
  await hostChecker.noteHostFailure('The disk is full.');
  ends[0]?.(HELD);
  expect(await waiting).toBe('job');
  expect(hostChecker.problem).toMatch(/^The disk is full\./);
});

test('a decision is on disk before it is reported', async () => {
  const { hostChecker, saved } = aHost();
  await hostChecker.judge();
  expect(saved).toEqual([{ unclear: 1, pauses: 0, problem: null }]);
  await hostChecker.noteHostFailure('No licence.');
  expect(saved.at(-1)).toEqual({ unclear: 1, pauses: 1, problem: 'No licence.' });
});

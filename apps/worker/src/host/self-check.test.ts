import type { HostCheck, HostRecord } from '@renderdeck/domain';
import { NEW_RECORD } from '@renderdeck/domain';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SelfCheck } from './self-check.ts';

const HELD: HostCheck[] = [{ name: 'render', ok: true, sentence: 'It rendered a frame.' }];
const FAILED: HostCheck[] = [{ name: 'render', ok: false, sentence: 'It rendered nothing.' }];
const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A host. The test ends its checks one by one, or all checks give `result` at once. */
function aHost(record: HostRecord = NEW_RECORD, result: HostCheck[] | null = null) {
  const ends: ((checks: HostCheck[]) => void)[] = [];
  const saved: HostRecord[] = [];
  const reported: { checks: readonly HostCheck[]; askedAt: Date | null }[] = [];
  const host = { asked: null as Date | null, begun: 0 };
  const selfCheck = new SelfCheck({
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
    async report(checks, _ranMs, askedAt) {
      host.asked = null;
      reported.push({ checks, askedAt });
    },
  });
  return { selfCheck, host, ends, saved, reported };
}
const turn = () => vi.advanceTimersByTimeAsync(0);

test('a host that failed tries again after 1, 2, 5, 10, 20, 30 minutes', async () => {
  const { selfCheck, host } = aHost(NEW_RECORD, FAILED);
  await selfCheck.noteHostFailure('No licence.');
  expect(selfCheck.problem).toBe(
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
  expect(selfCheck.problem).toMatch(/^It rendered nothing\. No job is taken\. .* 30 min/);
});

test('the third unclear failure, and failures during the check, wait for the verdict', async () => {
  const { selfCheck, ends, host } = aHost();
  expect(await selfCheck.judge()).toBe('job');
  expect(await selfCheck.judge()).toBe('job');
  expect(selfCheck.problem).toBeNull();
  const waiting = [selfCheck.judge(), selfCheck.judge()];
  await turn();
  expect(selfCheck.problem).toMatch(/renders in a row failed before their first frame/);
  expect(host.begun).toBe(1);
  ends[0]?.(FAILED);
  expect(await Promise.all(waiting)).toEqual(['host', 'host']);
  // A render that fails during the pause was not at fault either.
  expect(await selfCheck.judge()).toBe('host');
});

test('a check that holds makes the failures the jobs’ own; the count begins again', async () => {
  const { selfCheck, host } = aHost(NEW_RECORD, HELD);
  for (let job = 0; job < 8; job += 1) expect(await selfCheck.judge()).toBe('job');
  expect(host.begun).toBe(2);
  expect(selfCheck.problem).toBeNull();
});

test('a rendered frame starts the count again', async () => {
  const { selfCheck, host } = aHost(NEW_RECORD, FAILED);
  for (let round = 0; round < 3; round += 1) {
    expect(await selfCheck.judge()).toBe('job');
    expect(await selfCheck.judge()).toBe('job');
    await selfCheck.noteFrame();
  }
  expect(host.begun).toBe(0);
});

test('a daemon that ends during the check leaves the cause unknown', async () => {
  const { selfCheck } = aHost({ unclear: 2, pauses: 0, problem: null });
  const waiting = selfCheck.judge();
  await turn();
  await selfCheck.stop();
  expect(await waiting).toBe('unknown');
});

test('a restarted daemon checks at once if the earlier daemon had a reason to', async () => {
  for (const record of [
    { unclear: 3, pauses: 0, problem: null },
    { unclear: 0, pauses: 4, problem: 'No licence.' },
  ]) {
    const { selfCheck, host } = aHost(record, HELD);
    expect(selfCheck.problem).not.toBeNull();
    selfCheck.start();
    await turn();
    expect(host.begun).toBe(1);
    expect(selfCheck.problem).toBeNull();
  }
});

test('a request of an admin is answered by a new check after the one that runs', async () => {
  const { selfCheck, host, ends, reported } = aHost();
  await selfCheck.noteHostFailure('No licence.');
  await vi.advanceTimersByTimeAsync(MINUTE);
  const asked = new Date(0);
  host.asked = asked;
  const answered = selfCheck.answer();
  await turn();
  // The check that the host itself started began before the request.
  ends[0]?.(FAILED);
  host.asked = null;
  await turn();
  host.asked = asked;
  const again = selfCheck.answer();
  await turn();
  ends[1]?.(HELD);
  await Promise.all([answered, again]);
  expect(reported.at(-1)).toEqual({ checks: HELD, askedAt: asked });
  expect(selfCheck.problem).toBeNull();
});

test('a host failure during a check that holds keeps the pause', async () => {
  const { selfCheck, ends } = aHost({ unclear: 2, pauses: 0, problem: null });
  const waiting = selfCheck.judge();
  await turn();
  await selfCheck.noteHostFailure('The disk is full.');
  ends[0]?.(HELD);
  expect(await waiting).toBe('job');
  expect(selfCheck.problem).toMatch(/^The disk is full\./);
});

test('a decision is on disk before it is reported', async () => {
  const { selfCheck, saved } = aHost();
  await selfCheck.judge();
  expect(saved).toEqual([{ unclear: 1, pauses: 0, problem: null }]);
  await selfCheck.noteHostFailure('No licence.');
  expect(saved.at(-1)).toEqual({ unclear: 1, pauses: 1, problem: 'No licence.' });
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { coalesce } from './coalesce.ts';

const APART_MS = 20;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Run = { resolve(): void; reject(error: unknown): void };

/** Work whose runs end when the test calls resolve or reject. */
function someWork() {
  const errors: unknown[] = [];
  const running: Run[] = [];
  const beganAt: number[] = [];
  const call = coalesce(
    () => {
      beganAt.push(performance.now());
      return new Promise<void>((resolve, reject) => {
        running.push({ resolve, reject });
      });
    },
    (error) => errors.push(error),
    APART_MS,
  );
  const startedAt = performance.now();
  return {
    call,
    errors,
    running,
    /** When each run began, in ms from the start of the test. */
    began: () => beganAt.map((at) => Math.round(at - startedAt)),
  };
}

it('a call starts a run at once when the last run began long ago', async () => {
  const { call, began } = someWork();
  call();
  await vi.advanceTimersByTimeAsync(0);
  expect(began()).toEqual([0]);
});

it('calls during a run start one more run, which begins at least 20 ms after it', async () => {
  const { call, running, began } = someWork();
  call();
  await vi.advanceTimersByTimeAsync(5);
  call();
  call();
  running[0]?.resolve();
  await vi.advanceTimersByTimeAsync(14);
  expect(began()).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(began()).toEqual([0, 20]);
  running[1]?.resolve();
  await vi.advanceTimersByTimeAsync(1000);
  expect(began()).toEqual([0, 20]);
});

it('a call soon after a run waits for the rest of the 20 ms', async () => {
  const { call, running, began } = someWork();
  call();
  running[0]?.resolve();
  await vi.advanceTimersByTimeAsync(8);
  call();
  call();
  await vi.advanceTimersByTimeAsync(100);
  running[1]?.resolve();
  await vi.advanceTimersByTimeAsync(100);
  expect(began()).toEqual([0, 20]);
});

it('a run that took long is followed at once by the next', async () => {
  const { call, running, began } = someWork();
  call();
  await vi.advanceTimersByTimeAsync(50);
  call();
  running[0]?.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(began()).toEqual([0, 50]);
});

it('a run that fails gives its error to onError, and the next call starts a new run', async () => {
  const { call, running, errors, began } = someWork();
  call();
  running[0]?.reject(new Error('away'));
  await vi.advanceTimersByTimeAsync(30);
  call();
  await vi.advanceTimersByTimeAsync(0);
  expect(errors).toEqual([new Error('away')]);
  expect(began()).toEqual([0, 30]);
});

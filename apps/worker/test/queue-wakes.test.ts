import { expect, it } from 'vitest';
import { QueueWakes } from '../src/loops/queue-wakes.ts';

/** A host that draws these numbers one after the other, with a clock of its own. */
function aHost(draws: readonly number[], { tags = ['c4d'], free = true } = {}) {
  const calls: string[] = [];
  const timers = new Set<{ readonly ms: number; readonly call: () => void }>();
  const left = [...draws];
  const wakes = new QueueWakes({
    tags,
    hasFreeSlot: () => free,
    tryToClaim: () => calls.push('try'),
    tellNone: (mark, set) => calls.push(`none ${mark} ${set}`.trim()),
    later(ms, call) {
      const timer = { ms, call };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    random: () => left.shift() ?? 0.5,
  });
  wakes.idleHosts = 1000;
  const elapse = () => {
    for (const timer of [...timers]) if (timers.delete(timer)) timer.call();
  };
  return { wakes, calls, timers, elapse };
}

it('a host that draws no delay tries at once, and tells when it found no job', () => {
  const { wakes, calls, elapse } = aHost([0.001]);
  wakes.hear('waits 7.1 c4d');
  expect(calls).toEqual(['try']);
  wakes.foundNothing();
  elapse();
  expect(calls).toEqual(['try', 'none 7.1 c4d']);
  wakes.foundNothing();
  elapse();
  expect(calls).toHaveLength(2);
});

it('a waiting host does not try after another host found no job', () => {
  const { wakes, calls, timers, elapse } = aHost([0.5, 0.6]);
  wakes.hear('waits 7.1 ');
  wakes.hear('none 7.1 c4d');
  expect(timers.size).toBe(1);
  wakes.hear('none 7.1 ');
  expect(timers.size).toBe(0);
  wakes.hear('waits 8.1 ');
  wakes.hear('none 7.1 ');
  elapse();
  expect(calls).toEqual(['try']);
});

it('a later job keeps the earlier delay, and stays when the earlier job is gone', () => {
  const { wakes, calls, timers, elapse } = aHost([0.1, 0.9, 0.001]);
  wakes.hear('waits 7.1 ');
  wakes.hear('waits 8.1 ');
  expect(timers.size).toBe(1);
  wakes.hear('none 7.1 ');
  expect(timers.size).toBe(1);
  wakes.hear('waits 9.1 ');
  expect(calls).toEqual(['try']);
  expect(timers.size).toBe(0);
  elapse();
  expect(calls).toEqual(['try']);
});

it('a host tells once that the queue is empty, and a host with a job tells nothing', () => {
  const { wakes, calls, elapse } = aHost([0, 0.5, 0, 0.5]);
  wakes.hear('waits 7.1 ');
  wakes.foundNothing();
  wakes.hear('none 7.1 ');
  elapse();
  wakes.hear('waits 8.1 ');
  wakes.clear();
  wakes.foundNothing();
  elapse();
  expect(calls).toEqual(['try', 'try']);
});

it('a host that cannot take the job, or has no free slot, does not try', () => {
  const foreign = aHost([0]);
  foreign.wakes.hear('waits 7.1 c4d,mac');
  expect(foreign.calls).toEqual([]);
  const busy = aHost([0], { free: false });
  busy.wakes.hear('waits 7.1 ');
  expect(busy.calls).toEqual([]);
});

it('after a notification of an older API the host tries, and tells nothing', () => {
  const { wakes, calls, elapse } = aHost([0]);
  wakes.hear('');
  wakes.foundNothing();
  elapse();
  expect(calls).toEqual(['try']);
});

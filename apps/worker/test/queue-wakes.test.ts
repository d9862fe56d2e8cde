import { expect, it } from 'vitest';
import { QueueWakes } from '../src/loops/queue-wakes.ts';

/** A host that draws these numbers in turn, with a clock of its own. */
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

it('a host whose turn it is tries at once, and says when it found nothing', () => {
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

it('a host that waits for its turn does not try once another found nothing', () => {
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

it('a later job keeps the earlier turn, and is not gone with the earlier job', () => {
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

it('nobody says that the queue is empty twice, and a host with a job says nothing', () => {
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

it('a host that cannot have the job, or has no slot free, does not try', () => {
  const foreign = aHost([0]);
  foreign.wakes.hear('waits 7.1 c4d,mac');
  expect(foreign.calls).toEqual([]);
  const busy = aHost([0], { free: false });
  busy.wakes.hear('waits 7.1 ');
  expect(busy.calls).toEqual([]);
});

it('an older API says only that jobs wait: the host tries, and says nothing of none', () => {
  const { wakes, calls, elapse } = aHost([0]);
  wakes.hear('');
  wakes.foundNothing();
  elapse();
  expect(calls).toEqual(['try']);
});

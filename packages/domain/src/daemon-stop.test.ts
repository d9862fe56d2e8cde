import { expect, test } from 'vitest';
import { decideAsking, decideStopWait, placeNote, STOP_EXIT_CODES } from './daemon-stop.ts';

const HERE = { machineId: 'm', bootId: 'b', pidNamespace: '4' };
const ANOTHER_BOOT = { bootId: 'x' };

test.each([
  ['here', 'from the same boot and PID namespace', {}, {}],
  [
    'here',
    'from this boot of a system without namespaces',
    { pidNamespace: null },
    { pidNamespace: null },
  ],
  ['unknown', 'from another container', { pidNamespace: '5' }, {}],
  ['gone', 'from an earlier boot of this machine', ANOTHER_BOOT, {}],
  ['unknown', 'from another machine', { ...ANOTHER_BOOT, machineId: 'n' }, {}],
  ['unknown', 'from an unknown machine', { ...ANOTHER_BOOT, machineId: null }, { machineId: null }],
] as const)('a note is %s if it is %s', (place, _, note, here) => {
  expect(placeNote({ ...HERE, ...note }, { ...HERE, ...here })).toBe(place);
});

test.each([
  ['runs', 'runs', null],
  ['runs', 'unknown', null],
  ['runs', 'gone', 'noWorker'],
  ['stops', 'gone', 'noWorker'],
  ['ended', 'gone', 'noWorker'],
  ['ended', 'unknown', 'noWorker'],
  ['ended', 'runs', null],
] as const)(
  'a worker whose note says %s and whose process is %s: a request to end gives %s',
  (state, process, outcome) => {
    expect(decideAsking({ state, process })).toBe(outcome);
  },
);

const EARLY = 100;
const LATE = 11_000;
const OVER = 60_000;
test.each([
  ['runs', 'runs', 'stop', EARLY, null],
  ['runs', 'runs', 'stop', LATE, 'noAnswer'],
  ['runs', 'unknown', 'drain', LATE, 'noAnswer'],
  ['runs', 'gone', 'stop', EARLY, 'died'],
  ['drains', 'runs', 'drain', LATE, null],
  ['drains', 'runs', 'drain', OVER, 'stillEnds'],
  // A frozen worker does not see the stop that follows a drain.
  ['drains', 'runs', 'stop', EARLY, null],
  ['drains', 'runs', 'stop', LATE, 'noAnswer'],
  ['drains', 'gone', 'drain', EARLY, 'died'],
  ['stops', 'unknown', 'drain', LATE, null],
  ['stops', 'runs', 'stop', OVER, 'stillEnds'],
  ['ended', 'runs', 'stop', LATE, null],
  ['ended', 'runs', 'stop', OVER, 'stillEnds'],
  ['ended', 'gone', 'stop', EARLY, 'ended'],
  ['ended', 'unknown', 'drain', OVER, 'ended'],
] as const)(
  'a worker whose note says %s and whose process is %s, asked to %s %i ms ago: %s',
  (state, process, demand, waitedMs, outcome) => {
    const asked = { demand, waitedMs, withinMs: OVER };
    expect(decideStopWait({ state, process }, asked)).toBe(outcome);
  },
);

test('a command that waits less than the answer limit ends when its own wait ends', () => {
  const asked = { demand: 'stop', waitedMs: 500, withinMs: 500 } as const;
  expect(decideStopWait({ state: 'runs', process: 'runs' }, asked)).toBe('noAnswer');
});

test('each outcome has its own exit code, which no error of the command uses', () => {
  const codes = Object.values(STOP_EXIT_CODES);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes).not.toContain(1);
});

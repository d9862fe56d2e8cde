import { expect, test } from 'vitest';
import { AT } from '../test/a-job.ts';
import { decideHandOver, explainHandedOver } from './hand-over-host.ts';

const host = { name: 'ae-03', lastHeardAt: AT, isHeard: false, isHandedOver: false };
const heard = { code: 'hostHeard', name: 'ae-03', lastHeardAt: AT };

test.each([
  ['silent or stopped', {}, { ok: true, noop: false }],
  ['handed over earlier', { isHandedOver: true }, { ok: true, noop: true }],
  ['heard', { isHeard: true }, { ok: false, rejection: heard }],
  [
    'heard again after it was handed over',
    { isHeard: true, isHandedOver: true },
    { ok: false, rejection: heard },
  ],
])('the name of a host that is %s', (_what, change, decision) => {
  expect(decideHandOver({ ...host, ...change })).toEqual(decision);
});

test('an attempt that stays open says who handed the name over, why, and who can prove it', () => {
  expect(explainHandedOver({ name: 'ae-03', hostId: 'h1' }, 'ada', 'Replaced.')).toBe(
    'ada handed the name ae-03 over: Replaced. Only host h1 itself can prove its end.',
  );
  expect(explainHandedOver({ name: 'ae-03', hostId: null }, 'ada', 'It burned')).toBe(
    'ada handed the name ae-03 over: It burned. ' +
      'Only host of an older version itself can prove its end.',
  );
});

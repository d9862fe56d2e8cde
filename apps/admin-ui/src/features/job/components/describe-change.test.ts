// @vitest-environment node
import type { WireListedChange } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { aReceipt } from '../../../testing/a-job.ts';
import { describeJobChange } from './describe-change.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 25, 2, 0, second)).toISOString();
const change = (
  second: number,
  event: string,
  from: WireListedChange['statusBefore'],
  to: WireListedChange['statusAfter'],
): WireListedChange => ({
  ...{ id: String(second), at: at(second), event, actor: 'ae-03', version: second },
  ...{ statusBefore: from, statusAfter: to, priorityBefore: null, priorityAfter: null },
  facts: {},
});
/** The lines of a history, oldest first. */
const lines = (changes: readonly WireListedChange[], receipt: ReturnType<typeof aReceipt>) =>
  changes.map((one, index) => describeJobChange(one, changes[index - 1], receipt));

const asked = change(1, 'requestStop', 'RENDERING', 'CANCELLING');

it('a proven stop reads Stopped', () => {
  const changes = [asked, change(3, 'acknowledgeStop', 'CANCELLING', 'CANCELLED')];
  expect(lines(changes, aReceipt({ outcome: 'cancelled', confirmedAt: at(2) }))).toEqual([
    'asked to stop it, Rendering → Stopping',
    'proved the stop, Stopping → Stopped',
  ]);
});

it('a stop that was proven later reads Not proven until then', () => {
  const changes = [
    asked,
    change(40, 'hostLost', 'CANCELLING', 'CANCELLED'),
    change(55, 'confirmStop', 'CANCELLED', 'CANCELLED'),
  ];
  expect(lines(changes, aReceipt({ outcome: 'cancelled', confirmedAt: at(55) })).slice(1)).toEqual([
    'no longer reported, Stopping → Not proven',
    'proved that an attempt ended, Not proven → Stopped',
  ]);
});

it('a stop without a proof reads Not proven, also where its host was declared gone', () => {
  const changes = [asked, change(40, 'hostLost', 'CANCELLING', 'CANCELLED')];
  for (const outcome of ['unconfirmed', 'declared'] as const)
    expect(lines(changes, aReceipt({ outcome, confirmedAt: null })).at(-1)).toBe(
      'no longer reported, Stopping → Not proven',
    );
});

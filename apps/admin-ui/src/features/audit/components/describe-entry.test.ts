import { expect, it } from 'vitest';
import { describeDeed } from './describe-entry.ts';

it.each([
  [{ action: 'cancelJob', outcome: 'done', result: 'done' }, 'Stopped'],
  [{ action: 'cancelJob', outcome: 'done', result: 'notProven' }, 'Asked to stop'],
  [{ action: 'cancelJob', outcome: 'refused', result: 'refused' }, 'Tried to stop'],
  [{ action: 'getReceipt', outcome: 'refused', result: 'refused' }, 'Tried to read a receipt'],
  [{ action: 'setPriority', outcome: 'done', result: 'done' }, 'Set priority'],
  [{ action: 'setPriority', outcome: 'refused', result: 'refused' }, 'Tried to set priority'],
] as const)('%j is described as "%s"', (entry, words) => {
  expect(describeDeed(entry)).toBe(words);
});

import { jsonEncoder } from '@trpc/server/adapters/ws';
import { expect, test, vi } from 'vitest';
import { frameEncoder } from './write-frame.ts';

const JOB_CHANGE = { event: 'submit', actor: 'a "changes":[] b $&', version: 1 };

/** A message of tRPC that carries this event. */
const messageOf = (event: object, id = '1:1:"changes":[]') => ({
  id: 7,
  jsonrpc: '2.0',
  result: { type: 'data', data: { id, data: event }, id },
});
const changes = [JOB_CHANGE, { ...JOB_CHANGE, note: undefined, at: new Date(0) }];

test.each([
  ['a frame of changes', messageOf({ type: 'changes', seq: 3, changes })],
  ['a frame whose keys have another order', messageOf({ changes, seq: 3, type: 'changes' })],
  [
    'a frame for a client that names no version',
    { ...messageOf({ type: 'changes', seq: 3, changes }), jsonrpc: undefined },
  ],
  ['a frame without changes', messageOf({ type: 'alive', gap: false, missed: 0, seq: 1 })],
  ['an answer', { id: 1, result: { type: 'data', data: { user: { name: 'changes' } } } }],
  ['an answer that is null', { id: 1, result: { type: 'data', data: null } }],
  ['a refusal', { id: 1, error: { code: -32_600, message: 'no' } }],
  ['a message that is no object', null],
])('%s has the bytes that tRPC itself would write', (_, message) => {
  expect(frameEncoder.encode(message)).toBe(jsonEncoder.encode(message));
});

test('the text of the same changes is made once for all clients', () => {
  const toJSON = vi.fn(() => 'submit');
  const event = { type: 'changes', changes: [{ ...JOB_CHANGE, at: { toJSON } }] };
  const texts = [1, 2, 3].map((seq) => frameEncoder.encode(messageOf({ ...event, seq })));
  expect(toJSON).toHaveBeenCalledTimes(1);
  expect(new Set(texts).size).toBe(3);
});

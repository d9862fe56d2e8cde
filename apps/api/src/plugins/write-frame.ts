import type { JobChangeEvent } from '@renderdeck/contract';
import { textOfChanges } from '@renderdeck/contract/router';
import { type Encoder, jsonEncoder } from '@trpc/server/adapters/ws';

type ChangesEvent = Extract<JobChangeEvent, { type: 'changes' }>;
/** A frame of `onJobChange` as tRPC sends it. */
type Message = { result: { data: { data: ChangesEvent } } };

/**
 * Writes the messages of tRPC over WebSockets as JSON. The changes of a frame go to every client,
 * so their text is made once; JSON.stringify of it for each client takes most of a fan-out.
 */
export const frameEncoder: Encoder = {
  ...jsonEncoder,
  encode(message) {
    if (!hasChanges(message)) return jsonEncoder.encode(message);
    const { result } = message;
    const { changes, ...event } = result.data.data;
    const data = { ...result.data, data: { ...event, changes: [] } };
    // No text within JSON holds this: its quotes would be escaped.
    return JSON.stringify({ ...message, result: { ...result, data } }).replace(
      '"changes":[]',
      () => `"changes":${textOfChanges(changes)}`,
    );
  },
};

function hasChanges(message: unknown): message is Message {
  return (
    has(message, 'result') &&
    has(message.result, 'data') &&
    has(message.result.data, 'data') &&
    has(message.result.data.data, 'type') &&
    message.result.data.data.type === 'changes'
  );
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

import type { JobChangeEvent } from '@renderdeck/contract';
import { membersOf, objectOf, textOfChanges } from '@renderdeck/contract/router';
import { type Encoder, jsonEncoder } from '@trpc/server/adapters/ws';

type ChangesEvent = Extract<JobChangeEvent, { type: 'changes' }>;
/** A frame of `onJobChange` as tRPC sends it. */
type Message = { result: { data: { data: ChangesEvent } } };

/**
 * Encodes tRPC's WebSocket messages as JSON. Every client gets the same changes, so their text is
 * made once. With JSON.stringify for each client, that would take most of the time of a fan-out.
 */
export const frameEncoder: Encoder = {
  ...jsonEncoder,
  encode(message) {
    if (!hasChanges(message)) return jsonEncoder.encode(message);
    const { result } = message;
    const { data } = result;
    const event = jsonWith(data.data, 'changes', textOfChanges(data.data.changes));
    return jsonWith(message, 'result', jsonWith(result, 'data', jsonWith(data, 'data', event)));
  },
};

/** The JSON of an object. `text` is the JSON of the value of `key`. */
function jsonWith(object: object, key: string, text: string): string {
  return objectOf(membersOf(object, { [key]: text }));
}

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

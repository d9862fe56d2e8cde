/**
 * What a render asks of the cache of its host (through-cache.mjs). `take` and `keep` name the
 * address by a hash of everything that decides its content.
 */
export type CacheQuestion =
  /** So many sources are downloaded. No answer. */
  | { readonly op: 'begin'; readonly sources: number }
  /** Answer: what the cache has, when no other render downloads this address; null: nothing. */
  | { readonly op: 'take'; readonly address: string }
  /** Answer: whether the file of this version has this name now. Yes ends the turn. */
  | {
      readonly op: 'link';
      readonly address: string;
      readonly version: string;
      readonly name: string;
    }
  /** Answer: whether the file is in the cache now. Ends the turn. */
  | {
      readonly op: 'keep';
      readonly address: string;
      readonly version: string;
      readonly contentType: string | null;
      readonly name: string;
    }
  /** Ends the turn. `isKept`: false if the file cannot be kept, null if it did not arrive. */
  | { readonly op: 'leave'; readonly address: string; readonly isKept: false | null };

/** A question with its id; null for any other message. */
export function parseCacheQuestion(message: Record<string, unknown>) {
  if (message.type !== 'cache') return null;
  const question = parse(message);
  const id = typeof message.id === 'number' ? message.id : null;
  return question === null ? null : ({ type: 'cache', id, question } as const);
}

function parse(message: Record<string, unknown>): CacheQuestion | null {
  const { op, sources, address, version, name, contentType, isKept } = message;
  if (op === 'begin' && Number.isSafeInteger(sources)) return { op, sources: Number(sources) };
  if (typeof address !== 'string') return null;
  if (op === 'take') return { op, address };
  if (op === 'leave') return { op, address, isKept: isKept === false ? false : null };
  if (typeof version !== 'string' || typeof name !== 'string') return null;
  if (op === 'link') return { op, address, version, name };
  if (op !== 'keep') return null;
  const type = typeof contentType === 'string' ? contentType : null;
  return { op, address, version, name, contentType: type };
}

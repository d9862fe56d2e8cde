import type { JobChangeEvent, WireJob } from '@renderdeck/contract';

/** One change as it came, beside the job as the page knew it before. */
export type SeenChange = {
  readonly change: Extract<JobChangeEvent, { type: 'change' }>;
  readonly before: WireJob | undefined;
};
export type ChangeFeed = {
  tell(seen: SeenChange): void;
  subscribe(listener: (seen: SeenChange) => void): () => void;
};

/** Hands every change of the live stream to whoever listens, once and in order. */
export function createChangeFeed(): ChangeFeed {
  const listeners = new Set<(seen: SeenChange) => void>();
  return {
    tell(seen) {
      for (const listener of listeners) listener(seen);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

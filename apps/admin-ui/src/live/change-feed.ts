import type { WireJob, WireJobChange } from '@renderdeck/contract';

/** One change of the live stream, and the job as the page knew it before. */
export type JobChange = {
  readonly change: WireJobChange;
  readonly before: WireJob | undefined;
};
export type ChangeFeed = {
  emit(change: JobChange): void;
  subscribe(listener: (change: JobChange) => void): () => void;
};

/** Passes every change of the live stream to each listener, once and in order. */
export function createChangeFeed(): ChangeFeed {
  const listeners = new Set<(change: JobChange) => void>();
  return {
    emit(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

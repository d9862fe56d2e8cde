import type { AttemptOutcome } from './attempt.ts';

/** What an attempt does, or how it ended, in the picture of the attempts of each host. */
export const ATTEMPT_STATES = [
  'rendering', // it holds its job
  'finished',
  'failed',
  'stopped',
  'notProven', // it no longer holds its job, and nothing proves that it ended
  'lost', // its host lost the lease; later the host proved the end
  'givenBack', // its worker shut down, or its host could not render
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

const STATES: Readonly<Record<AttemptOutcome, AttemptState>> = {
  completed: 'finished',
  failed: 'failed',
  stopped: 'stopped',
  lost: 'lost',
  released: 'givenBack',
  hostFailed: 'givenBack',
};

export function decideAttemptState(attempt: {
  readonly outcome: AttemptOutcome | null;
  /** The host proved that no process of the attempt runs. */
  readonly isProven: boolean;
}): AttemptState {
  if (attempt.outcome === null) return 'rendering';
  return attempt.isProven ? STATES[attempt.outcome] : 'notProven';
}

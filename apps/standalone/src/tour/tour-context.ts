import type { Client } from '@renderdeck/client';
import type { Farm } from '../farm.ts';
import type { Transcript } from './transcript.ts';
import type { Watch } from './watch.ts';

/** What every step of the tour works with. */
export type TourContext = {
  readonly farm: Farm;
  /** Signed in as the first admin. */
  readonly client: Client;
  readonly watch: Watch;
  readonly transcript: Transcript;
};

/** Longest wait for one change of a job. */
export const WAIT_MS = 120_000;

/** A sample that renders for `frames` × 50 ms. */
export const sample = (name: string, frames: number) => ({
  name,
  frames,
  frameMs: 50,
  priority: 50,
});

import type { Client } from '@renderdeck/client';
import type { Farm } from '../farm.ts';
import type { Watch } from './watch.ts';

/** What every step of the tour uses. */
export type TourContext = {
  readonly farm: Farm;
  /** The client of the first admin, who is signed in. */
  readonly client: Client;
  readonly watch: Watch;
  readonly transcript: Transcript;
};

/** The longest time to wait for one change of a job. */
export const WAIT_MS = 120_000;

/** A sample that renders for `frames` × 50 ms. */
export const sample = (name: string, frames: number) => ({
  name,
  frames,
  frameMs: 50,
  priority: 50,
});

/** Prints the steps of the tour and collects the claims that did not hold. */
export class Transcript {
  readonly failures: string[] = [];
  readonly #print: (line: string) => void;
  #step = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  step(title: string): void {
    this.#step += 1;
    this.#print(`\n${this.#step}. ${title}`);
  }

  print(line: string): void {
    this.#print(`   ${line}`);
  }

  /** Prints a claim and whether it holds. If one claim does not hold, the tour fails at its end. */
  check(holds: boolean, claim: string): void {
    this.#print(`   ${holds ? '✓' : '✗'} ${claim}`);
    if (!holds) this.failures.push(claim);
  }
}

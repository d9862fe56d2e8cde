import type { FarmUnderTest } from '@renderdeck/standalone/testing';
import type { ApiProgram } from './api-program.ts';
import type { FailoverDatabase } from './failover-database.ts';
import type { Host } from './host.ts';
import type { Machine } from './machine.ts';
import type { Publications } from './publications.ts';

/** What the faults break, and what the checks look at. */
export type World = {
  readonly farm: FarmUnderTest;
  readonly database: FailoverDatabase;
  readonly hosts: readonly Host[];
  readonly apis: readonly ApiProgram[];
  /** A machine without a daemon of its own. */
  readonly spare: { readonly machine: Machine; readonly scratchRoot: string };
  readonly publications: Publications;
  readonly counts: { killsAtRename: number };
  /** Records that a promise was broken. */
  readonly broken: (sentence: string) => void;
};

/** The names in the output folder to which a job publishes. The name of a job tells them. */
export function outputsOf(jobName: string): readonly string[] {
  const first = `${jobName}.avi`;
  return jobName.startsWith('two') ? [first, `${first}.second`] : [first];
}

/** True if a promotion may have lost a change that was made at some time between these two. */
export function mayBeLost(
  { database }: Pick<World, 'database'>,
  first: number,
  last = first,
): boolean {
  return database.losses.some(({ from, to }) => from <= last && first <= to);
}

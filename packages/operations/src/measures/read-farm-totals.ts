import { HOST_STATES, type HostStateName } from '@renderdeck/domain';
import {
  countJobs,
  findLastSeal,
  inSnapshot,
  type JobCounts,
  listHostViews,
} from '@renderdeck/store';
import { readStopTotals, type StopTotals } from '@renderdeck/store/extras';
import type { DatabaseContext } from '../operation-context.ts';

export type FarmTotals = {
  readonly jobs: JobCounts;
  /** How many hosts are in each state; 0 if there are none. */
  readonly hosts: ReadonlyMap<HostStateName, number>;
  readonly stops: StopTotals;
  /** The length of the audit chain. */
  readonly sealed: number;
};

/**
 * Counts the jobs, the hosts, the cancels and the sealed audit lines of the farm, all in one
 * snapshot. `boundsMs`: the bounds of the histograms.
 */
export async function readFarmTotals(
  context: DatabaseContext,
  input: { readonly boundsMs: readonly number[] },
): Promise<FarmTotals> {
  return await inSnapshot(context.db, async (tx) => {
    const [jobs, views, stops, seal] = await Promise.all([
      countJobs(tx),
      listHostViews(tx),
      readStopTotals(tx, input.boundsMs),
      findLastSeal(tx),
    ]);
    const hosts = new Map(
      HOST_STATES.map((name) => [name, views.filter(({ state }) => state === name).length]),
    );
    return { jobs, hosts, stops, sealed: Number(seal?.seq ?? 0) };
  });
}

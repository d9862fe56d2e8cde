import {
  HOST_PROBLEMS,
  HOST_STATES,
  type HostProblem,
  type HostStateName,
} from '@renderdeck/domain';
import {
  countJobs,
  findLastSeal,
  type HostView,
  inSnapshot,
  type JobCounts,
  listHostViews,
  readUnsealedNow,
  type UnsealedNow,
} from '@renderdeck/store';
import {
  countWaitingMessages,
  readQueueNow,
  readStopTotals,
  type StopTotals,
  type WaitingMessages,
} from '@renderdeck/store/extras';
import type { DatabaseContext } from '../operation-context.ts';

export type FarmTotals = {
  readonly jobs: JobCounts;
  /** How long the job has waited that has waited longest; null if none waits. */
  readonly oldestMs: number | null;
  readonly hosts: HostTotals;
  readonly stops: StopTotals;
  readonly audit: {
    /** The length of the audit chain. */
    readonly sealed: number;
    readonly unsealed: UnsealedNow;
  };
  readonly messages: WaitingMessages;
};

type HostTotals = {
  /** How many hosts are in each state; 0 if there are none. */
  readonly states: ReadonlyMap<HostStateName, number>;
  /** How many hosts that are heard have each kind of problem, also while they render. */
  readonly problems: ReadonlyMap<HostProblem, number>;
  /** Hosts that are silent, and neither declared gone nor released. */
  readonly missing: number;
  /** The least free space on the scratch disks of the hosts that are heard; null if unknown. */
  readonly leastFreeBytes: number | null;
};

/**
 * Counts the jobs, the hosts, the cancels, the audit lines and the waiting messages of the farm,
 * all in one snapshot. `boundsMs`: the bounds of the histograms.
 */
export async function readFarmTotals(
  context: DatabaseContext,
  input: { readonly boundsMs: readonly number[] },
): Promise<FarmTotals> {
  return await inSnapshot(context.db, async (tx) => {
    const [jobs, { oldestMs }, views, stops, audit, messages] = await Promise.all([
      countJobs(tx),
      readQueueNow(tx),
      listHostViews(tx),
      readStopTotals(tx, input.boundsMs),
      readAuditTotals(tx),
      countWaitingMessages(tx),
    ]);
    return { jobs, oldestMs, hosts: countHosts(views), stops, audit, messages };
  });
}

async function readAuditTotals(tx: DatabaseContext['db']): Promise<FarmTotals['audit']> {
  const seal = await findLastSeal(tx);
  return { sealed: Number(seal?.seq ?? 0), unsealed: await readUnsealedNow(tx, seal) };
}

function countHosts(views: readonly HostView[]): HostTotals {
  const heard = views.filter(({ state }) => state !== 'stopped' && state !== 'silent');
  const kinds = heard.flatMap(({ problem, problemKind }) =>
    problem === null ? [] : [problemKind ?? 'other'],
  );
  const free = heard.flatMap(({ freeBytes }) => (freeBytes === null ? [] : [freeBytes]));
  return {
    states: countEach(
      HOST_STATES,
      views.map(({ state }) => state),
    ),
    problems: countEach(HOST_PROBLEMS, kinds),
    missing: views.filter(
      ({ state, goneAt, releasedAt }) =>
        state === 'silent' && goneAt === null && releasedAt === null,
    ).length,
    leastFreeBytes: free.length === 0 ? null : Math.min(...free),
  };
}

function countEach<Name>(names: readonly Name[], found: readonly Name[]): Map<Name, number> {
  return new Map(names.map((name) => [name, found.filter((one) => one === name).length]));
}

import type { HostStopReport, Proof, Survivor, TreeRecord } from '@renderdeck/domain';
import { type Container, openContainer } from './container/container.ts';
import { endMembers } from './end-members.ts';
import { pause } from './pause.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import { openLedger } from './stop-ledger.ts';
import { type SeenTree, watchTree } from './watch-tree.ts';

export type StopOptions = {
  /** Time between TERM and the first KILL; default 2000. */
  graceMs?: number;
  /** Time after which survivors are reported; default 10000. */
  budgetMs?: number;
  /** A second cancel: ends the grace at once. */
  skipGrace?: AbortSignal;
  /** Which listing of processes to use; default: the best this platform has. */
  scan?: 'proc' | 'ps';
};

/** Asking a container costs little next to a scan, so it is given a while to become empty. */
const EMPTY_WITHIN_MS = 20;
/** On a host that creates processes all the time it cannot be seen that the root is alone. */
const ROUNDS_THE_ROOT_OUTLIVES = 8;
const CALM_SCANS_THAT_PROVE = 12;
/** With more births than this, an empty scan may have missed a program that forks faster than it can be listed. */
const BIRTHS_IN_A_CALM_SCAN = 1;

/**
 * Ends every process of the tree and proves it, or names the survivors when the budget is over. Told once:
 * 1. Another boot than the recorded one: nothing of the tree can live.
 * 2. Whom the container holds is sent TERM before anything else and has a moment to go: a tree that obeys costs one scan, of a calm machine.
 * 3. Each turn scans: who is a member, by treeMarker, memory, container and descent (`membership.ts`).
 * 4. Within the grace every member is sent TERM once. After it each turn is a round of KILL (`end-members.ts`).
 * 5. Nobody seen is no proof yet: `decideProof` says what is.
 * Every signal goes to an identity read again just before. Safe to call again, by any daemon of this host, at any time.
 */
export async function stopProcessTree(
  record: TreeRecord,
  options: StopOptions = {},
): Promise<HostStopReport> {
  const { graceMs = 2000, budgetMs = 10_000, skipGrace, scan } = options;
  const calledAt = performance.now();
  const elapsedMs = () => performance.now() - calledAt;
  const listing = chooseListing(scan);
  const ledger = openLedger();
  const asked = new Set<string>();
  let rounds = 0;
  const report = (proof: Proof | null, survivors: Survivor[]): HostStopReport => ({
    processes: ledger.report(),
    proof,
    survivors,
    firstSignalAt: ledger.firstSignalAt()?.toISOString() ?? null,
    deadAt: proof === null ? null : new Date().toISOString(),
    timeToDeadMs: proof === null ? null : elapsedMs(),
    rounds,
  });

  if ((await listing.readBootId()) !== record.bootId) return report('rebooted', []);
  const container = openContainer(record.container, record);
  const tree = watchTree(record, listing, container, ledger);
  let calmScans = 0;
  if (graceMs > 0 && container.isEmpty() === false) {
    await tree.ask(await tree.scanHeld(), asked);
    await waitForEnd(container, 0, skipGrace);
  }
  for (let turn = 0; ; turn++) {
    const seen = await tree.scan();
    const contained = container.isEmpty();
    const isEmpty = seen.members.length === 0 && contained !== false;
    if (!isEmpty) calmScans = 0;
    else if (seen.births <= BIRTHS_IN_A_CALM_SCAN) calmScans += 1;
    const proof = isEmpty ? decideProof(seen.births, contained, calmScans) : null;
    if (proof !== null) {
      const proven = report(proof, []);
      container.remove();
      return proven;
    }
    if (elapsedMs() > budgetMs) return report(null, nameSurvivors(seen, container));
    if (isEmpty) {
      await pause(Math.min(2 ** calmScans, 20));
    } else if (elapsedMs() < graceMs && skipGrace?.aborted !== true) {
      await tree.ask(seen, asked);
      await waitForEnd(
        container,
        Math.min(2 ** turn, 50, Math.max(0, graceMs - elapsedMs())),
        skipGrace,
      );
    } else {
      rounds += 1;
      container.killAll();
      await endMembers(tree, seen, {
        rootLast: container.record.kind === 'subreaper' && rounds <= ROUNDS_THE_ROOT_OUTLIVES,
        held: contained !== null,
      });
      await waitForEnd(container, Math.min(5 * 2 ** (rounds - 1), 200));
    }
  }
}

/** What an empty scan proves, if anything. */
export function decideProof(
  births: number,
  containerIsEmpty: boolean | null,
  calmScans: number,
): Proof | null {
  if (containerIsEmpty === true) return 'kernel';
  if (births === 0) return 'forkFree';
  return calmScans >= CALM_SCANS_THAT_PROVE ? 'repeated' : null;
}

/** Waits so long before the next scan; a container that can tell is asked often instead, and ends the wait when it is empty. */
async function waitForEnd(
  container: Container,
  ms: number,
  skipGrace?: AbortSignal,
): Promise<void> {
  if (container.isEmpty() === null) return pause(ms, skipGrace);
  const until = performance.now() + Math.max(ms, EMPTY_WITHIN_MS);
  while (performance.now() < until && container.isEmpty() === false && skipGrace?.aborted !== true)
    await pause(1, skipGrace);
}

const STATES: Record<string, string> = {
  D: 'D (uninterruptible sleep)',
  R: 'R (running)',
  S: 'S (sleeping)',
  T: 'T (stopped)',
  U: 'U (uninterruptible sleep)',
  t: 't (stopped by a debugger)',
  Z: 'Z (its first thread ended, another lives)',
};

function nameSurvivors(seen: SeenTree, container: Container): Survivor[] {
  const named = seen.members.map(({ pid, name, state }) => ({
    pid,
    name,
    state: STATES[state] ?? state,
  }));
  const known = new Set(named.map(({ pid }) => pid));
  const unseen = [...container.listPids()].filter((pid) => !known.has(pid));
  const survivors = [
    ...named,
    ...unseen.map((pid) => ({ pid, name: 'unknown', state: 'unknown' })),
  ];
  // Nobody was seen, but nothing was proven either: that must not read as success.
  return survivors.length > 0
    ? survivors
    : [
        {
          pid: 0,
          name: 'unknown',
          state: 'unknown: processes come and go faster than they can be listed',
        },
      ];
}

import { setTimeout as delay } from 'node:timers/promises';
import type { HostStopReport, Proof, TreeRecord } from '@renderdeck/domain';
import { type Container, openContainer } from './container/container.ts';
import { type HostFacts, readHostFacts } from './host-facts.ts';
import { nameSurvivors } from './name-survivors.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import { createStopHistory, type StopHistory } from './stop-history.ts';
import type { StopOptions } from './stop-options.ts';
import { type SeenTree, type WatchedTree, watchTree } from './watch-tree.ts';
import { stopWindowsTree } from './windows/stop-windows-tree.ts';

export type { StopOptions };

/** Checking the container costs much less than a scan, so it gets time to become empty. */
const EMPTY_WITHIN_MS = 20;
/** While the host creates processes all the time, no scan can show that only the root is left. */
const ROUNDS_THE_ROOT_OUTLIVES = 8;
const SCANS_THAT_PROVE = 12;
const NOT_PROVEN = { proof: null, deadAt: null, timeToDeadMs: null };
/**
 * Scans in a row without a living member (`empty`), how many of them were calm (`calm`), and how
 * many of the last ones found no process that may have left the container (`held`).
 */
const NO_SCANS = { empty: 0, calm: 0, held: 0 };
/** An empty scan with more new processes than this may have missed a program that forks fast. */
const CREATED_IN_A_CALM_SCAN = 1;

/**
 * Ends every process of the tree and proves it, or names the survivors when the budget is over.
 *
 * 1. If the host has rebooted since the record, no process of the tree can live. On another
 *    machine, or in another PID namespace, no proof is possible, so this function throws.
 * 2. Send TERM to the processes in the container and wait a moment. If the tree ends, one scan of a
 *    calm host is enough.
 * 3. Each turn scans the host for members (membership.ts).
 * 4. During the grace, each member gets TERM once. After the grace, each turn is a round of KILL
 *    (endMembers).
 * 5. An empty scan alone is no proof; `decideProof` decides. Once a member was seen outside of the
 *    container, an empty container is no proof either. A scan from which a process may be hidden
 *    never proves anything. An empty container is then a proof only after many looks beside it: a
 *    process that moves all the time escapes some of these looks.
 *
 * Windows has a procedure of its own (stop-windows-tree.ts).
 *
 * Before each signal the identity of the process is read again, so that a later process with the
 * same pid gets no signal.
 * A daemon of this host may call this again at any time.
 */
export async function stopProcessTree(
  record: TreeRecord,
  options: StopOptions = {},
): Promise<HostStopReport> {
  const { graceMs = 2000, budgetMs = 10_000, hostRebooted = false, skipGrace, scan } = options;
  const calledAt = performance.now();
  const elapsedMs = () => performance.now() - calledAt;
  const listing = chooseListing(scan, record.root?.startToken);
  const history = createStopHistory();
  const termSent = new Set<string>();
  let rounds = 0;
  const proven = (proof: Proof): HostStopReport => ({
    ...describeHistory(history, rounds),
    ...{ proof, survivors: [], deadAt: new Date().toISOString(), timeToDeadMs: elapsedMs() },
  });

  const here = await readHostFacts();
  const foreign = explainForeignTree(record, here, hostRebooted);
  if (foreign !== null) throw new Error(foreign);
  if (here.bootId !== record.bootId) return proven('rebooted');
  const container = openContainer(record.container, record);
  if (process.platform === 'win32') return await stopWindowsTree(record, container, options);
  const tree = watchTree(record, listing, container, history);
  let scans = NO_SCANS;
  if (graceMs > 0 && container.isEmpty() === false) {
    await tree.sendTerm(await tree.scanHeld(), termSent);
    await waitForEnd(container, 0, skipGrace);
  }
  for (let turn = 0; ; turn++) {
    const seen = await tree.scan();
    const contained = container.isEmpty();
    const isEmpty = seen.members.length === 0 && contained !== false;
    scans = isEmpty ? countEmpty(scans, seen) : NO_SCANS;
    const known = seen.left ? null : contained;
    const proof = isEmpty ? decideProof(seen, known, scans.calm, scans.held) : null;
    if (proof !== null) return removeContainer(container, proven(proof));
    const isUnprovable = seen.hidden !== null && scans.empty >= SCANS_THAT_PROVE;
    if (isUnprovable || elapsedMs() > budgetMs) {
      const survivors = nameSurvivors(seen, container);
      return { ...describeHistory(history, rounds), ...NOT_PROVEN, survivors };
    }
    if (isEmpty) {
      await delay(Math.min(2 ** scans.calm, 20));
    } else if (elapsedMs() < graceMs && skipGrace?.aborted !== true) {
      await tree.sendTerm(seen, termSent);
      const waitMs = Math.min(2 ** turn, 50, Math.max(0, graceMs - elapsedMs()));
      await waitForEnd(container, waitMs, skipGrace);
    } else {
      rounds += 1;
      container.killAll();
      await endMembers(tree, seen, {
        rootLast: container.record.kind === 'subreaper' && rounds <= ROUNDS_THE_ROOT_OUTLIVES,
        held: contained !== null && !seen.left,
      });
      await waitForEnd(container, Math.min(5 * 2 ** (rounds - 1), 200));
    }
  }
}

function removeContainer(container: Container, report: HostStopReport): HostStopReport {
  container.remove();
  return report;
}

function countEmpty({ empty, calm, held }: typeof NO_SCANS, { created, left }: SeenTree) {
  return {
    empty: empty + 1,
    calm: created <= CREATED_IN_A_CALM_SCAN ? calm + 1 : calm,
    held: left ? 0 : held + 1,
  };
}

/** What an empty scan proves; null when it proves nothing. */
export function decideProof(
  { created, hidden }: Pick<SeenTree, 'created' | 'hidden'>,
  containerIsEmpty: boolean | null,
  calmScans: number,
  heldScans = 0,
): Proof | null {
  const isHeld = hidden === null || heldScans >= SCANS_THAT_PROVE;
  if (containerIsEmpty === true && isHeld) return 'kernel';
  if (hidden !== null) return null;
  if (created === 0) return 'forkFree';
  return calmScans >= SCANS_THAT_PROVE ? 'repeated' : null;
}

/** Waits before the next scan. The end of the grace or an empty container ends the wait at once. */
async function waitForEnd(
  container: Container,
  ms: number,
  skipGrace?: AbortSignal,
): Promise<void> {
  if (container.isEmpty() === null) return await pause(ms, skipGrace);
  const until = performance.now() + Math.max(ms, EMPTY_WITHIN_MS);
  while (performance.now() < until && container.isEmpty() === false && skipGrace?.aborted !== true)
    await pause(1, skipGrace);
}

/** Waits. An abort of the signal ends the wait. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

function describeHistory(history: StopHistory, rounds: number) {
  return {
    processes: history.report(),
    firstSignalAt: history.firstSignalAt()?.toISOString() ?? null,
    rounds,
  };
}

const STOP_PASSES = 10;

/**
 * One round of KILL.
 *
 * 1. If the tree grows and no container holds it, send STOP and scan again until no new member
 *    appears: a stopped process cannot fork.
 * 2. Send KILL to each process group that has only members. It also reaches a child that was
 *    started after the scan.
 * 3. Send KILL to every member, the youngest first.
 */
async function endMembers(
  tree: WatchedTree,
  first: SeenTree,
  { rootLast, held }: { rootLast: boolean; held: boolean },
): Promise<void> {
  let seen = first;
  for (let pass = 0; seen.grew && !held && pass < STOP_PASSES; pass++) {
    for (const group of seen.groups) tree.signalGroup(seen, group, 'SIGSTOP');
    await tree.signal(seen.members, 'SIGSTOP');
    seen = await tree.scanStopping(seen);
  }
  // A launcher that adopts orphans must end last: otherwise pid 1 adopts them and they are lost.
  // The launcher is alone only if no process was created during the scan.
  const isAlone = seen.members.length === 1 && seen.created === 0;
  const root = rootLast && !isAlone ? seen.root : null;
  for (const group of seen.groups)
    if (group !== root?.groupId) tree.signalGroup(seen, group, 'SIGKILL');
  await tree.signal(
    seen.members.filter(({ pid }) => pid !== root?.pid),
    'SIGKILL',
  );
}

/**
 * Why this process cannot prove the end of a recorded tree, as a sentence; null when a scan or a
 * reboot can prove it. A fact that is not known on both sides is no contradiction.
 */
function explainForeignTree(
  record: TreeRecord,
  here: HostFacts,
  hostRebooted: boolean,
): string | null {
  const differs = (fact: 'machineId' | 'hardwareId' | 'pidNamespace') =>
    record[fact] !== null && here[fact] !== null && record[fact] !== here[fact];
  const foreign = (what: string) =>
    `Nothing here proves that the tree of attempt ${record.attemptId} has ended: ${what}.`;
  if (differs('machineId') || differs('hardwareId')) return foreign('it ran on another machine');
  if (record.bootId !== here.bootId)
    return hostRebooted ? null : foreign(`it ran in another boot, ${record.bootId}`);
  return differs('pidNamespace')
    ? foreign(`it ran in PID namespace ${record.pidNamespace}, this one is ${here.pidNamespace}`)
    : null;
}

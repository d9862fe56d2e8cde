import { setTimeout as delay } from 'node:timers/promises';
import type { HostStopReport, Proof, TreeRecord } from '@renderdeck/domain';
import { type Container, openContainer } from './container/container.ts';
import { endMembers } from './end-members.ts';
import { explainForeignTree } from './explain-foreign-tree.ts';
import { readHostFacts } from './host-facts.ts';
import { nameSurvivors } from './name-survivors.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import { createStopHistory, type StopHistory } from './stop-history.ts';
import type { StopOptions } from './stop-options.ts';
import { type SeenTree, watchTree } from './watch-tree.ts';
import { stopWindowsTree } from './windows/stop-windows-tree.ts';

export type { StopOptions };

/** A check of the container is much cheaper than a scan, so it gets time to become empty. */
const EMPTY_WITHIN_MS = 20;
/** On a host that always creates processes, a scan cannot show that the root is alone. */
const ROUNDS_THE_ROOT_OUTLIVES = 8;
const SCANS_THAT_PROVE = 12;
const NOT_PROVEN = { proof: null, deadAt: null, timeToDeadMs: null };
/**
 * Scans in a row without a living member; those of them that were calm; how many the last ones were
 * that found nothing which may have left the container.
 */
const NO_SCANS = { empty: 0, calm: 0, held: 0 };
/** With more new processes than this, an empty scan may have missed a program that forks fast. */
const CREATED_IN_A_CALM_SCAN = 1;

/**
 * Ends every process of the tree and proves it, or names the survivors when the budget is over.
 *
 * 1. If the host has rebooted since the record, no process of the tree can live. On another
 *    machine, or in another PID namespace, nothing can be proven: it throws.
 * 2. Send TERM to the processes in the container and wait a moment. If the tree obeys, one scan
 *    of a calm host is enough.
 * 3. Each turn scans the host for members (membership.ts).
 * 4. During the grace each member gets TERM once. After it, each turn is a round of KILL
 *    (end-members.ts).
 * 5. An empty scan alone is no proof. `decideProof` says what is. Once a member was seen outside
 *    of the container, an empty container is none either. A scan from which a process may be
 *    hidden proves nothing, however often it is empty; an empty container then proves only after
 *    many looks beside it, because a process that moves all the time is missed by some.
 *
 * Windows has its own way (stop-windows-tree.ts).
 *
 * Before each signal the identity of the process is read again, so a reused pid is not signalled.
 * Any daemon of this host may call this again at any time.
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
    const isInVain = seen.hidden !== null && scans.empty >= SCANS_THAT_PROVE;
    if (isInVain || elapsedMs() > budgetMs) {
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

/** What an empty scan proves, if anything. */
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

/** Waits before the next scan. A skipped grace or an empty container ends the wait at once. */
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

/** Ends early when the signal is aborted. */
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

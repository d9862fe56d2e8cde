import { setTimeout as delay } from 'node:timers/promises';
import type { HostStopReport, Proof, Survivor, TreeRecord } from '@renderdeck/domain';
import type { Container } from '../container/container.ts';
import { endProcess } from '../end-process.ts';
import { findStrays } from '../find-strays.ts';
import { nameSurvivors } from '../name-survivors.ts';
import { chooseListing } from '../snapshot/choose-listing.ts';
import { createStopHistory, type StopHistory } from '../stop-history.ts';
import type { StopOptions } from '../stop-options.ts';
import { type SeenTree, watchTree } from '../watch-tree.ts';
import { findLiveJob } from './live-jobs.ts';

/** The result of one look at the tree. */
type Look =
  | { readonly proof: Proof }
  | { readonly proof: null; readonly survivors: readonly Survivor[] };

/** After Effects ignores signals. The launcher gets this time to send its last lines. */
const LONGEST_FLUSH_MS = 500;
const LOOK_EVERY_MS = 5;
const TERMINATE_EVERY_MS = 100;
/** Without a job, only the list of processes shows members. So it must be empty this often. */
const EMPTY_SCANS_THAT_PROVE = 12;
const SCAN_EVERY_MS = 20;

/**
 * Ends every process of a tree on Windows and proves it, or names the survivors when the time
 * budget is over.
 *
 * 1. Ask the launcher to send its last lines, and wait a moment for its answer.
 * 2. Terminate the job. Look every 5 ms whether it is empty; terminate it again every 100 ms.
 * 3. The proof is `kernel` when the kernel lists no member and counts none, and when the launcher's
 *    handle shows that the launcher has ended.
 * 4. Without a job (it ended with its daemon), end the recorded processes and their descendants.
 *    The proof is `repeated` when repeated scans find no process of the tree.
 * 5. While After Effects runs in no job of this worker, nothing is proven (find-strays.ts).
 *
 * A list that cannot be read is unknown, and never counts as empty.
 */
export async function stopWindowsTree(
  record: TreeRecord,
  container: Container,
  { graceMs = 2000, budgetMs = 10_000, skipGrace, endStrays = false }: StopOptions,
): Promise<HostStopReport> {
  const calledAt = performance.now();
  const elapsedMs = () => performance.now() - calledAt;
  const history = createStopHistory();
  const tree = watchTree(record, chooseListing(), container, history);
  const isHeld = findLiveJob(record.attemptId) !== null;
  let rounds = 0;
  let emptyScans = 0;

  const look = async (): Promise<Look> => {
    const seen = await tree.scan();
    if (seen.members.length > 0 || container.isEmpty() === false) {
      emptyScans = 0;
      rounds += 1;
      endMembers(seen, container, history);
      await waitUntilEmpty(container);
      return { proof: null, survivors: nameSurvivors(seen, container) };
    }
    emptyScans += 1;
    const proof = decideProof(isHeld && !seen.left, container.isEmpty(), emptyScans);
    if (proof === null) {
      await delay(SCAN_EVERY_MS);
      return { proof, survivors: nameSurvivors(seen, container) };
    }
    const strays = await findStrays(record, { end: endStrays });
    if (strays.length > 0) await delay(TERMINATE_EVERY_MS);
    return strays.length === 0 ? { proof } : { proof: null, survivors: strays };
  };

  if (graceMs > 0) await askToFlush(container, Math.min(graceMs, LONGEST_FLUSH_MS), skipGrace);
  for (;;) {
    const looked = await look().catch((error: unknown) => endUnseen(container, error));
    const described = () => ({
      processes: history.report(),
      firstSignalAt: history.firstSignalAt()?.toISOString() ?? null,
      rounds,
    });
    if (looked.proof !== null) {
      container.remove();
      const deadAt = new Date().toISOString();
      const { proof } = looked;
      return { ...described(), proof, survivors: [], deadAt, timeToDeadMs: elapsedMs() };
    }
    if (elapsedMs() > budgetMs) {
      const { survivors } = looked;
      return { ...described(), proof: null, survivors, deadAt: null, timeToDeadMs: null };
    }
  }
}

/** What an empty scan proves; null when it proves nothing. `held`: a job holds the whole tree. */
function decideProof(
  held: boolean,
  containerIsEmpty: boolean | null,
  emptyScans: number,
): Proof | null {
  if (held) return containerIsEmpty === true ? 'kernel' : null;
  return containerIsEmpty !== false && emptyScans >= EMPTY_SCANS_THAT_PROVE ? 'repeated' : null;
}

async function askToFlush(
  container: Container,
  waitMs: number,
  skipGrace: AbortSignal | undefined,
): Promise<void> {
  const { askToFlush: ask } = container;
  if (ask === undefined) return;
  const options = skipGrace === undefined ? {} : { signal: skipGrace };
  await Promise.race([ask(), delay(waitMs, undefined, options).catch(() => undefined)]);
}

/** Terminates the job. Ends each member outside of the job by its identity. */
function endMembers({ members }: SeenTree, container: Container, history: StopHistory): void {
  const isHeld = container.isEmpty() !== null;
  const outside = members.filter(({ pid }) => !isHeld || container.isOutside(pid));
  for (const member of members) history.recordSignal(member, 'SIGKILL', new Date());
  container.killAll();
  for (const { pid, startToken } of outside) endProcess(pid, startToken);
}

/** Terminates the job when its members or the processes of the host cannot be read. */
async function endUnseen(container: Container, cause: unknown): Promise<Look> {
  let error = cause;
  try {
    container.killAll();
  } catch (failed) {
    error = failed;
  }
  await delay(TERMINATE_EVERY_MS);
  const state = `unknown: ${error instanceof Error ? error.message : error}`;
  return { proof: null, survivors: [{ pid: 0, name: 'unknown', state }] };
}

async function waitUntilEmpty(container: Container): Promise<void> {
  const until = performance.now() + TERMINATE_EVERY_MS;
  do await delay(LOOK_EVERY_MS);
  while (performance.now() < until && container.isEmpty() === false);
}

import type { TreeUsage } from '@renderdeck/domain';
import pidusage from 'pidusage';
import type { Accounting } from './container/container.ts';

export type MeasuredTree = {
  readonly attemptId: string;
  readonly pids: readonly number[];
  /** Where the container keeps accounts, its processes are not measured one by one. */
  readonly accounting?: (() => Accounting | null) | undefined;
};

/**
 * How long pidusage keeps the values of a process after the last question about it, with a file
 * open for it on Linux. This is several turns of the loop that asks.
 */
const KEPT_MS = 10_000;

/** The figures of each container at the last call. */
let accounts = new Map<string, Accounting>();

/**
 * Measures what each tree uses now. A process that has ended counts as zero. CPU is counted since
 * the last call. At the first call, it is counted since the container began; for a process without
 * an account it is counted since its start on macOS, and zero on Linux. A tree whose account
 * cannot be read is left out.
 */
export async function measureUsage(
  trees: readonly MeasuredTree[],
  { keptMs = KEPT_MS } = {},
): Promise<Map<string, TreeUsage>> {
  const listed = trees.filter(({ accounting }) => accounting === undefined);
  const seen = await readAll([...new Set(listed.flatMap(({ pids }) => pids))], keptMs);
  const used = listed.map(({ attemptId, pids }) => ({ attemptId, usage: addUp(pids, seen) }));
  const before = accounts;
  accounts = new Map();
  for (const { attemptId, accounting } of trees) {
    const now = accounting?.() ?? null;
    if (now === null) continue;
    accounts.set(attemptId, now);
    used.push({ attemptId, usage: compareAccounts(before.get(attemptId), now) });
  }
  return new Map(used.map(({ attemptId, usage }) => [attemptId, usage]));
}

function addUp(pids: readonly number[], seen: Measured): TreeUsage {
  const living = pids.flatMap((pid) => seen[pid] ?? []);
  return {
    cpuPercent: living.reduce((sum, { cpu }) => sum + Math.max(0, cpu), 0),
    memoryBytes: living.reduce((sum, { memory }) => sum + memory, 0),
    processes: living.length,
  };
}

function compareAccounts(
  before: Accounting = NOTHING,
  { sinceMs, cpuMs, memoryBytes, processes }: Accounting,
): TreeUsage {
  const elapsedMs = sinceMs - before.sinceMs;
  const cpuPercent = elapsedMs > 0 ? (100 * (cpuMs - before.cpuMs)) / elapsedMs : 0;
  return { cpuPercent: Math.max(0, cpuPercent), memoryBytes, processes };
}

const NOTHING = { sinceMs: 0, cpuMs: 0, memoryBytes: 0, processes: 0, bytesRead: null };

type Measured = Partial<Record<number, { cpu: number; memory: number }>>;

async function readAll(pids: number[], keptMs: number): Promise<Measured> {
  if (pids.length === 0) return {};
  try {
    return await pidusage(pids, { maxage: keptMs });
  } catch {
    // pidusage throws when all the processes have ended.
    return {};
  }
}

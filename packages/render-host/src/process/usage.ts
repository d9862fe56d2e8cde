import { closeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TreeUsage } from '@renderdeck/domain';
import pidusage from 'pidusage';

/**
 * What each tree uses now. A process that has ended counts as zero. The first call gives the
 * average since the process began.
 */
export async function measureUsage(
  trees: readonly { attemptId: string; pids: readonly number[] }[],
): Promise<Map<string, TreeUsage>> {
  const pids = [...new Set(trees.flatMap((tree) => tree.pids))];
  const seen = await readAll(pids);
  return new Map(
    trees.map(({ attemptId, pids: own }) => {
      const living = own.flatMap((pid) => seen[pid] ?? []);
      return [
        attemptId,
        {
          cpuPercent: living.reduce((sum, { cpu }) => sum + Math.max(0, cpu), 0),
          memoryBytes: living.reduce((sum, { memory }) => sum + memory, 0),
          processes: living.length,
        },
      ];
    }),
  );
}

async function readAll(
  pids: number[],
): Promise<Partial<Record<number, { cpu: number; memory: number }>>> {
  if (pids.length === 0) return {};
  try {
    return await pidusage(pids);
  } catch {
    // pidusage throws when every process has ended.
    return {};
  } finally {
    pids.forEach(closeKeptFile);
  }
}

const history: unknown = createRequire(import.meta.url)('pidusage/lib/history');

/** pidusage keeps a file open for each pid. Closes it, but keeps the values of the last call. */
function closeKeptFile(pid: number): void {
  if (!isHistory(history)) return;
  const kept = history.get(pid);
  if (kept?.fd === undefined) return;
  closeSync(kept.fd);
  delete kept.fd;
}

function isHistory(value: unknown): value is { get(pid: number): { fd?: number } | undefined } {
  return (
    typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function'
  );
}

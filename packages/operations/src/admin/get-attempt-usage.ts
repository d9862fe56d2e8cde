import { addUsageSample, readUsageRow, type UsagePoint } from '@renderdeck/domain';
import { findAttemptUsage, inSnapshot } from '@renderdeck/store';
import type { DatabaseContext, Result } from '../operation-context.ts';
import { numberedAttempt } from './numbered-attempt.ts';

/** Returns the usage of an attempt since its start, in a limited number of points. */
export async function getAttemptUsage(
  context: DatabaseContext,
  query: { readonly id: string; readonly attempt: number | null },
): Promise<Result<{ readonly number: number; readonly points: readonly UsagePoint[] }>> {
  return await inSnapshot(context.db, async (tx) => {
    const found = await numberedAttempt(tx, query);
    if (!found.ok) return found;
    const { id, number } = found.attempt;
    const { usage = [], usageHistory = [] } = (await findAttemptUsage(tx, id)) ?? {};
    const history = usageHistory.map(readUsageRow).filter((point) => point !== null);
    // The history is saved less often than the latest samples, which continue where it ends.
    const since = history.at(-1)?.until ?? '';
    const points = usage
      .filter(({ at }) => at > since)
      .reduce<readonly UsagePoint[]>(addUsageSample, history);
    return { ok: true, number, points };
  });
}

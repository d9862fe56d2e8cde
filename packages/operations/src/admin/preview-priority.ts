import { decideSetPriority } from '@renderdeck/domain';
import { inSnapshot, previewPosition, type StartShift } from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

type Place = { readonly before: number; readonly after: number };
export type PriorityPreview = {
  readonly priority: Place;
  readonly position: Place;
  readonly version: number;
  readonly queued: number;
  readonly movedCount: number;
  readonly moved: readonly {
    readonly id: string;
    readonly name: string;
    readonly submittedBy: string;
    readonly position: Place;
  }[];
  readonly start: StartShift;
  readonly at: Date;
};

/**
 * Returns what setPriority would return now, with the jobs that would move: the `limit` nearest
 * ones after the `skip` nearest. Reads one snapshot, changes nothing and takes no lock.
 */
export async function previewPriority(
  context: DatabaseContext,
  input: {
    readonly id: string;
    readonly priority: number;
    readonly skip: number;
    readonly limit: number;
  },
): Promise<Result<{ readonly preview: PriorityPreview }>> {
  const { id, priority } = input;
  const found = await inSnapshot(context.db, (tx) => previewPosition(tx, id, priority, input));
  if (found === null) return reject({ code: 'unknownJob', id });
  const { job, at, place } = found;
  const decision = decideSetPriority(job, priority, null);
  if (!decision.ok) return decision;
  if (place === null) throw new Error(`job ${id} is queued but has no position`);
  const { before, after, queued, movedCount, moved, start } = place;
  return {
    ok: true,
    preview: {
      priority: { before: job.priority, after: priority },
      position: { before, after },
      version: job.version,
      queued,
      movedCount,
      moved,
      start,
      at,
    },
  };
}

import { saveHostRenderer } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/**
 * Saves the renderer of this host, if it was not known when its daemon registered. It is not saved
 * if another daemon has the row; this daemon learns that at its next renewal.
 */
export async function recordRenderer(
  { db, workerId }: Pick<WorkerContext, 'db' | 'workerId'>,
  renderer: { readonly renderer: string; readonly standIn: boolean },
): Promise<{ readonly saved: boolean }> {
  return { saved: await saveHostRenderer(db, { workerId, ...renderer }) };
}

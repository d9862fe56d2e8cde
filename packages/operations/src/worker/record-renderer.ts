import { saveHostRenderer } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/**
 * Saves what renders on this host, where that was not known when its daemon registered. Not saved
 * where the row is another daemon's: this one is told so at its next renewal.
 */
export async function recordRenderer(
  { db, workerId }: Pick<WorkerContext, 'db' | 'workerId'>,
  renderer: { readonly renderer: string; readonly standIn: boolean },
): Promise<{ readonly saved: boolean }> {
  return { saved: await saveHostRenderer(db, { workerId, ...renderer }) };
}

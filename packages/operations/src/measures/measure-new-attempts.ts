import { measureAttempts, sampleFarm } from '@renderdeck/store/extras';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

/**
 * Adds the new facts of attempts to the measures, each fact once. Several processes may run it at
 * once: one measures, the others do nothing.
 */
export async function measureNewAttempts(
  context: DatabaseContext,
  input: { readonly mayGoOn: () => boolean },
): Promise<Done> {
  while ((await measureAttempts(context.db)) > 0 && input.mayGoOn());
  return DONE;
}

/**
 * Saves how long the queue is and which hosts are on, once for each minute. Several processes may
 * run it at once and as often as they like: one of them saves it.
 */
export async function sampleNow(context: DatabaseContext): Promise<Done> {
  await sampleFarm(context.db);
  return DONE;
}

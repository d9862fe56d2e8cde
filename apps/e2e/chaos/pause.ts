import { setTimeout } from 'node:timers/promises';

/** How long a fault lasts, or the time between two steps. Nothing is waited for in this way. */
export async function pause(ms: number): Promise<void> {
  await setTimeout(ms);
}

import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/**
 * Problems of the farm that no change of a job reports, as webhooks are told of them: a host counts
 * as silent only if the database answered during its whole lease.
 */
export const toldProblemsSchema = z.object({
  silentHosts: z.array(z.object({ name: z.string(), lastHeardAt: instantSchema })),
  /** Since when jobs wait and nothing renders; null if the queue is not stuck. */
  queueStuckSince: instantSchema.nullable(),
});
export type ToldProblems = z.infer<typeof toldProblemsSchema>;

/** A farm without problems. */
export const NOTHING_TOLD: ToldProblems = { silentHosts: [], queueStuckSince: null };

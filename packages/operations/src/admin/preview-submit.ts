import { type Actor, highestSubmitPriority } from '@renderdeck/domain';
import { previewSubmitPosition, type SubmitPosition } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

export type SubmitPreview = SubmitPosition & {
  /** The highest priority with which the actor may submit a job. */
  readonly highestPriority: number;
};

/**
 * Returns the place that a job of this priority would get if it were submitted now. Changes
 * nothing.
 */
export async function previewSubmit(
  context: DatabaseContext,
  input: {
    readonly actor: Actor;
    readonly priority: number;
    readonly submitPriorityMax: number;
  },
): Promise<SubmitPreview> {
  const { actor, priority, submitPriorityMax } = input;
  return {
    ...(await previewSubmitPosition(context.db, priority)),
    highestPriority: highestSubmitPriority(actor, submitPriorityMax),
  };
}

import { wireJob } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';

/** The part of the port that runs a job again. */
export function runAgainPort(
  db: Database,
  submitPriorityMax: number,
): Pick<AdminPort, 'resubmitJob'> {
  return {
    async resubmitJob(requestContext, input) {
      const context = adminContext(db, requestContext);
      const { view } = doneOrThrow(
        await operations.resubmitJob(context, { ...input, submitPriorityMax }),
      );
      return { job: wireJob(view) };
    },
  };
}

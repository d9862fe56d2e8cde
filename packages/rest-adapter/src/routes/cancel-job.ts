import {
  cancelJob,
  cancelJobInput,
  cancelReceiptSchema,
  describeStop,
  jobIdSchema,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';

const params = z.object({ id: jobIdSchema });
const cancelAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  receipt: cancelReceiptSchema,
});

export function addCancelRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(cancelJob),
    schema: {
      ...documentOf(cancelJob),
      params,
      querystring: cancelJobInput.pick({ reason: true, waitMs: true }),
      body: cancelJobInput.pick({ reason: true }).optional(),
      response: {
        200: cancelAnswer,
        202: cancelAnswer,
        ...refusalsOf(cancelJob),
      },
    },
    handler: async (request, reply) => {
      const { waitMs } = request.query;
      const reason = { ...request.body }.reason ?? request.query.reason;
      const { receipt } = await callerOf(request, reply, { mayWait: true }).cancelJob({
        id: request.params.id,
        reason,
        waitMs: waitMs === undefined ? undefined : Number(waitMs),
      });
      const { isSettled, sentence } = describeStop(receipt, Date.now());
      return reply.code(isSettled ? 200 : 202).send({ success: true, message: sentence, receipt });
    },
  });
}

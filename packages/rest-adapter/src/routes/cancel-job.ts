import {
  cancelJobInput,
  cancelReceiptSchema,
  describeStop,
  jobIdSchema,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const params = z.object({ id: jobIdSchema });
const cancelAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  receipt: cancelReceiptSchema,
});

/** Cancel a job. */
export function addCancelRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'DELETE',
    url: '/jobs/:id',
    schema: {
      tags: ['jobs'],
      summary: 'Cancel a job',
      description:
        'Stops a running job, or takes a queued one out of the queue. 200 when it is proven for ' +
        'every attempt that nothing of it runs. 202 while one is unproven: its host has not ' +
        'confirmed, or was declared gone (outcome `declared`). Asked again, the answer is the ' +
        'first receipt, with what is known by then.',
      params,
      querystring: cancelJobInput.pick({ reason: true, waitMs: true }),
      body: cancelJobInput.pick({ reason: true }).optional(),
      response: {
        200: cancelAnswer,
        202: cancelAnswer,
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'job_not_found',
          'job_already_ended',
        ),
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
      const { isSettled, sentence } = describeStop(receipt);
      return reply.code(isSettled ? 200 : 202).send({ success: true, message: sentence, receipt });
    },
  });
}

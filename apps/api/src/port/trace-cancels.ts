import type { AdminPort } from '@renderdeck/contract/router';
import type { Tracer } from '@renderdeck/tracing';

/**
 * The port, with a span for each cancel: from the request until its answer. It continues the trace
 * of the client, if the client names one. The host that stops the render continues it. Tells
 * `onTrace` of each trace, for the log.
 */
export function traceCancels(
  port: AdminPort,
  tracer: Tracer,
  onTrace: (facts: { reqId: string | null; trace_id: string; job: string }) => void,
): AdminPort {
  return {
    ...port,
    async cancelJob(requestContext, input) {
      const { channel, requestId, clientTraceparent = null } = requestContext;
      const { traceId, traceparent, end } = tracer.start('cancel job', {
        parent: clientTraceparent,
        kind: 'request',
        facts: { job: input.id, channel, requestId },
      });
      onTrace({ reqId: requestId, trace_id: traceId, job: input.id });
      try {
        const answer = await port.cancelJob({ ...requestContext, traceparent }, input);
        const { number, outcome, proof } = answer.receipt;
        end({ receipt: number, outcome, proof });
        return answer;
      } catch (error) {
        end({}, error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
  };
}

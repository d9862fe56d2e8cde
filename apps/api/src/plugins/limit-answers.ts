import {
  cancelJobInput,
  checkHostInput,
  isRepeatable,
  refuse,
  type Write,
} from '@renderdeck/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FIXED } from '../limits.ts';
import { writesOf } from './writes-of.ts';

/** The calls that wait for a host, each with the longest wait that its input may ask for. */
const WAITS_MS: ReadonlyMap<Write, number | null> = new Map([
  ['cancelJob', cancelJobInput.shape.waitMs.unwrap().maxValue],
  ['checkHost', checkHostInput.shape.waitMs.unwrap().maxValue],
]);
const LATE_WRITE = 'No answer in time: the change may still be done; look before you repeat it.';

/**
 * Refuses a request if its answer does not begin in time. An answer that has begun (a log, an
 * export, a live stream) may take any time. The work of the request goes on, and its late answer is
 * dropped. Fastify's handlerTimeout does not fit: it limits the whole answer, and no request with a
 * body.
 */
export function limitAnswers(server: FastifyInstance, answerMs: number): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  server.addHook('onRequest', (request, reply, done) => {
    const writes = writesOf(request);
    const waitMs = Math.max(0, ...writes.map((write) => WAITS_MS.get(write) ?? 0));
    const refuseLate = () => {
      // A WebSocket took over the connection.
      if (reply.sent) return;
      const { retryAfterSeconds } = FIXED;
      const late = writes.every(isRepeatable)
        ? refuse('unavailable', undefined, { retryAfterSeconds })
        : refuse('outcome_unknown', LATE_WRITE, { retryAfterSeconds });
      reply.send(late);
    };
    const timer = setTimeout(refuseLate, answerMs + waitMs);
    timers.set(request, timer);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
  server.addHook('onSend', (request, _reply, _answer, done) => {
    clearTimeout(timers.get(request));
    done();
  });
}

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

/** The calls that wait for a host, with the longest time that their input may ask for. */
const WAITS_MS: ReadonlyMap<Write, number | null> = new Map([
  ['cancelJob', cancelJobInput.shape.waitMs.unwrap().maxValue],
  ['checkHost', checkHostInput.shape.waitMs.unwrap().maxValue],
]);
const LATE_WRITE = 'No answer in time: the change may still be done; look before you repeat it.';

/**
 * Refuses a request whose answer does not begin in time. An answer that has begun goes on for as
 * long as it takes: logs, exports and live streams. What the request started goes on too, and its
 * late answer is dropped. Fastify's handlerTimeout limits the whole answer, and no request that
 * has a body.
 */
export function limitAnswers(server: FastifyInstance, answerMs: number): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  server.addHook('onRequest', (request, reply, done) => {
    const writes = writesOf(request);
    const waitMs = Math.max(0, ...writes.map((write) => WAITS_MS.get(write) ?? 0));
    const refuseLate = () => {
      // A WebSocket took the connection over.
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

import { refuse } from '@renderdeck/contract';
import fastifyPlugin from 'fastify-plugin';
import { FIXED, type Limits } from '../limits.ts';
import { limitAnswers } from './limit-answers.ts';
import { limitRequests } from './limit-requests.ts';
import { limitSockets } from './limit-sockets.ts';
import { refuseCrossSite } from './same-site.ts';

const CLOSING = 'This server is shutting down; try again shortly.';

export type LimitOptions = Limits & { readonly answerMs: number };

/**
 * Refuses requests that are too many, come from another site, come while the server closes, or are
 * not answered in time. Registered before every route, and after the WebSocket plugin: a hook of
 * that plugin ends the socket of an upgrade refused here.
 */
export const limits = fastifyPlugin<LimitOptions>(async (server, limits) => {
  server.addHook('onRequest', (_request, _reply, done) => {
    const { retryAfterSeconds } = FIXED;
    if (server.isClosing()) done(refuse('unavailable', CLOSING, { retryAfterSeconds }));
    else done();
  });
  limitAnswers(server, limits.answerMs);
  await limitRequests(server, limits);
  limitSockets(server, limits);
  server.addHook('onRequest', refuseCrossSite);
});

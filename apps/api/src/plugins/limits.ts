import fastifyPlugin from 'fastify-plugin';
import type { Limits } from '../limits.ts';
import { limitRequests } from './limit-requests.ts';
import { limitSockets } from './limit-sockets.ts';
import { refuseCrossSite } from './same-site.ts';

/**
 * Refuses requests that are too many or come from another site. Registered before every route, and
 * after the WebSocket plugin: a hook of that plugin ends the socket of an upgrade refused here.
 */
export const limits = fastifyPlugin<Limits>(async (server, limits) => {
  await limitRequests(server, limits);
  limitSockets(server, limits);
  server.addHook('onRequest', refuseCrossSite);
});

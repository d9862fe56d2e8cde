import fastifyPlugin from 'fastify-plugin';
import type { Limits } from '../limits.ts';
import { limitRequests } from './limit-requests.ts';
import { limitSockets } from './limit-sockets.ts';
import { refuseCrossSite } from './same-site.ts';

/**
 * Refuses early what is too much or comes from another site. Registered before every route, and
 * after the WebSocket plugin, whose hook ends the socket of an upgrade that is refused here.
 */
export const limits = fastifyPlugin<Limits>(async (server, limits) => {
  await limitRequests(server, limits);
  limitSockets(server, limits);
  server.addHook('onRequest', refuseCrossSite);
});

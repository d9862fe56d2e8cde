import type { FastifyRequest } from 'fastify';

/**
 * True where the matched route takes tokens only. The router decides what an address means, so no
 * spelling of it can lead to such a route with a cookie.
 */
export function isForPrograms(request: FastifyRequest | undefined): boolean {
  return request?.routeOptions.config?.forPrograms === true;
}

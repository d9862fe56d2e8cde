import { refuse } from '@renderdeck/contract';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { isWebSocket } from '../http-request.ts';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a write or a WebSocket that a browser sends for another site's page. Programs send no
 * Origin and pass. The own site is the host of the request, or the host that a trusted proxy
 * reports. Where the own site uses https, a page over http is another site.
 */
export function refuseCrossSite(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  const { origin } = request.headers;
  if (origin === undefined || (READS.has(request.method) && !isWebSocket(request.raw))) {
    done();
    return;
  }
  const [page, own] = [parse(origin), parse(`${request.protocol}://${request.host}`)];
  const isOther =
    page === null ||
    page.host !== own?.host ||
    (own.protocol === 'https:' && page.protocol !== 'https:');
  if (isOther) done(refuse('cross_site'));
  else done();
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

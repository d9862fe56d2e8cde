import { refuse } from '@renderdeck/contract';
import type { FastifyRequest } from 'fastify';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a write or a WebSocket that a browser sends for another site's page. Programs send no
 * Origin and pass. The own site is the host of the request, or the host that a trusted proxy
 * reports. Where the own site uses https, a page over http is another site.
 */
export async function refuseCrossSite(request: FastifyRequest): Promise<void> {
  const { origin, upgrade } = request.headers;
  if (origin === undefined || (READS.has(request.method) && upgrade === undefined)) return;
  const [page, own] = [parse(origin), parse(`${request.protocol}://${request.host}`)];
  if (
    page === null ||
    page.host !== own?.host ||
    (own.protocol === 'https:' && page.protocol !== 'https:')
  )
    throw refuse('cross_site');
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

import { refuse } from '@renderdeck/contract';
import type { FastifyRequest } from 'fastify';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses a write or a WebSocket that a browser sends for another site's page. Programs send no Origin and pass. */
export async function refuseCrossSite(request: FastifyRequest): Promise<void> {
  const { origin, host, upgrade } = request.headers;
  if (origin === undefined || (READS.has(request.method) && upgrade === undefined)) return;
  if (hostOf(origin) !== host) throw refuse('cross_site');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

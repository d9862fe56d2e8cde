import type { WireJob } from '@renderdeck/contract';
import type { FastifyReply } from 'fastify';

/** Sets the ETag to the job's version. */
export function showVersion(reply: FastifyReply, { version }: WireJob): void {
  reply.header('etag', `"${version}"`);
}

/**
 * The version that a change expects, from `If-Match` or from the body. NaN, which no job has, where
 * the two differ or the header is not the ETag of a job.
 */
export function expectedVersion(
  ifMatch: string | undefined,
  inBody: number | undefined,
): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return inBody;
  const [, version] = /^\s*(?:W\/)?"(\d{1,10})"\s*$/.exec(ifMatch) ?? [];
  return inBody === undefined || String(inBody) === version
    ? Number(version ?? Number.NaN)
    : Number.NaN;
}

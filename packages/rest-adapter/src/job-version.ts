import type { WireJob } from '@renderdeck/contract';
import type { FastifyReply } from 'fastify';

/** Sets the ETag header to the version of the job. */
export function showVersion(reply: FastifyReply, { version }: WireJob): void {
  reply.header('etag', `"${version}"`);
}

/**
 * The version that the caller expects, from `If-Match` or from the body. It is NaN, which no job
 * has, if the two differ or if the header is not the ETag of a job.
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

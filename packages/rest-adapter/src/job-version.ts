import type { WireJob } from '@renderdeck/contract';
import type { FastifyReply } from 'fastify';

/** Puts the version of the job that is answered into the ETag. */
export function showVersion(reply: FastifyReply, { version }: WireJob): void {
  reply.header('etag', `"${version}"`);
}

/** The version that a change expects: of `If-Match`, or of the body. Where the two differ, or the header is no ETag of a job, it is none that any job has. */
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

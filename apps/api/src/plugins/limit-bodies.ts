/*
 * Limits what a body may cost before anything parses it:
 *
 * 1. A body of at most `anonymousBytes` passes. It can cost little, whatever it holds.
 * 2. Who sends more is authenticated first. Without a session or token the request is refused, and
 *    so is a larger request to sign in or to join a host. A body whose length no header says passes
 *    until it is too large.
 * 3. The levels and values of any other body are counted while it arrives.
 *
 * A request that is refused counts against the limit of its address, as any other.
 */
import { pipeline, type Readable, Transform } from 'node:stream';
import { ANONYMOUS, isAllowed, refuse } from '@renderdeck/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Authenticator } from '../authenticate.ts';
import { FIXED } from '../limits.ts';
import { isForPrograms } from './auth.ts';
import { type JsonLimits, measureJson } from './measure-json.ts';
import { writesOf } from './writes-of.ts';

export type BodyOptions = {
  readonly auth: Pick<Authenticator, 'of'>;
  readonly most: JsonLimits & { readonly bytes: number };
};

const { anonymousBytes } = FIXED;
const TOO_LARGE_FOR_ANYONE = 'To sign in or to join a host, a request may have 16 kB; send less.';
const NOBODY = { kind: ANONYMOUS, name: 'unknown' } as const;

/** Register it after the plugins whose hooks refuse a request by its headers. */
export const limitBodies = fastifyPlugin<BodyOptions>(async (server, { auth, most }) => {
  server.addHook('preParsing', async (request, reply, payload: Readable) => {
    const { 'content-length': told, 'transfer-encoding': encoding } = request.headers;
    if (encoding === undefined && Number(told ?? 0) <= anonymousBytes) return payload;
    const tooLarge = await findRefusal(request, auth);
    if (tooLarge === null) return through(payload, reply, refuseBy(limitJson(most), most.bytes));
    const mostBytes = told === undefined ? anonymousBytes : 0;
    return through(payload, reply, refuseBy(limitBytes(mostBytes, tooLarge), most.bytes));
  });
});

/** Why this sender may send no large body here. Null if it may. */
async function findRefusal(
  request: FastifyRequest,
  auth: Pick<Authenticator, 'of'>,
): Promise<(() => Error) | null> {
  const writes = writesOf(request);
  if (writes.length > 0 && writes.every((write) => isAllowed(NOBODY, write)))
    return () => refuse('body_too_large', TOO_LARGE_FOR_ANYONE);
  const { actor } = await auth.of(request.raw, isForPrograms(request))();
  return actor.kind === ANONYMOUS ? () => refuse('unauthenticated') : null;
}

function through(payload: Readable, { raw }: FastifyReply, refusing: Transform): Transform {
  // Ends both when one fails: the sender may go away.
  pipeline(payload, refusing, () => undefined);
  // The answer may come while nobody reads the body, as when its type is refused.
  raw.once('finish', () => refusing.resume());
  return refusing;
}

type Check = (piece: Buffer) => Error | null;

/**
 * Passes the pieces of a body on until one is refused. The rest is read and forgotten before the
 * answer, because many clients read an answer only when they have sent everything. Who sends more
 * than `mostBytes` loses the connection.
 */
function refuseBy(check: Check, mostBytes: number): Transform {
  let refusal: Error | null = null;
  let bytes = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      refusal ??= check(piece);
      if (refusal === null) done(null, piece);
      else done(bytes > mostBytes ? refusal : null);
    },
    flush: (done) => done(refusal),
  });
}

function limitBytes(most: number, tooLarge: () => Error): Check {
  let bytes = 0;
  return ({ length }) => {
    bytes += length;
    return bytes > most ? tooLarge() : null;
  };
}

function limitJson(most: JsonLimits): Check {
  const measure = measureJson(most);
  return (piece) => {
    const tooMuch = measure(piece);
    if (tooMuch === null) return null;
    return tooMuch === 'levels'
      ? refuse('invalid_input', `The body has more than ${most.levels} levels.`)
      : refuse('body_too_large', `The body has more than ${most.values} values; send less.`);
  };
}

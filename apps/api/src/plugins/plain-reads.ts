/*
 * Answers plain reads of tRPC over HTTP, single or in a batch, through the caller of the router.
 * tRPC's own handler makes a Request, a Response and a stream for each call, which takes longer
 * than the read itself. The answer here has the same status, headers and bytes. tRPC's own handler
 * answers everything else: writes, streams, unknown procedures and JSON that does not parse.
 */
import {
  type ApiContext,
  createAdminCaller,
  READS_OF_TRPC,
  trpcBodyOf,
} from '@renderdeck/contract/router';
import { getTRPCErrorFromUnknown, type TRPCError } from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FIXED } from '../limits.ts';
import { retryAfterOf } from './retry-after.ts';

const route = z.object({ path: z.string().regex(/^[a-zA-Z,]+$/) });
/**
 * A request with `connectionParams`, or with a parameter that occurs twice, is not a plain read.
 */
const query = z.strictObject({ batch: z.literal('1').optional(), input: z.string().optional() });
const inputs = z.record(z.string(), z.unknown());

type Read = { readonly name: string; readonly input: unknown };
export type PlainReads = { readonly isBatch: boolean; readonly reads: readonly Read[] };
type Options = {
  contextOf(): ApiContext;
  onError(failed: { error: TRPCError; path: string; ctx: ApiContext }): void;
};

/** Finds the reads of a request without running them. Null if tRPC's own handler must answer. */
export function readPlainReads(request: FastifyRequest): PlainReads | null {
  const { method, headers } = request;
  const { accept = '', 'content-type': type, 'trpc-accept': accepts } = headers;
  if (method !== 'GET' || type !== undefined || accepts !== undefined) return null;
  if (accept.includes('application/jsonl')) return null;
  const path = route.safeParse(request.params).data?.path;
  const asked = query.safeParse(request.query).data;
  if (path === undefined || asked === undefined) return null;
  const isBatch = asked.batch !== undefined;
  const names = isBatch ? path.split(',') : [path];
  const input = readInput(asked.input ?? '', isBatch);
  if (input === null || names.length > FIXED.procedures) return null;
  if (!names.every((name) => READS_OF_TRPC.has(name))) return null;
  const inputOf = (index: number) => (isBatch ? input.of[String(index)] : input.whole);
  return { isBatch, reads: names.map((name, index) => ({ name, input: inputOf(index) })) };
}

/** Runs all reads at the same time and answers the request. */
export async function answerPlainReads(
  { isBatch, reads }: PlainReads,
  reply: FastifyReply,
  { contextOf, onError }: Options,
): Promise<FastifyReply> {
  const ctx = contextOf();
  const caller = createAdminCaller(ctx);
  const errors: TRPCError[] = [];
  const results = await Promise.all(
    reads.map(async ({ name, input }) => {
      try {
        const read: unknown = Reflect.get(caller, name);
        if (typeof read !== 'function') throw new Error(`there is no procedure ${name}`);
        return { result: { data: await read(input) } };
      } catch (cause) {
        const error = getTRPCErrorFromUnknown(cause);
        onError({ error, path: name, ctx });
        errors.push(error);
        return { error: trpcBodyOf(error, name, ctx.request.requestId) };
      }
    }),
  );
  return (
    reply
      .code(getHTTPStatusCode(isBatch ? results : (results[0] ?? [])))
      .headers({
        vary: 'trpc-accept, accept',
        'content-type': 'application/json',
        ...retryAfterOf(errors),
      })
      // Without its own serializer Fastify adds a charset to the type, which tRPC does not send.
      .serializer(JSON.stringify)
      .send(isBatch ? results : results[0])
  );
}

/**
 * Returns the whole input, and the input of each read by its number. Returns null if the text is
 * not JSON, or if a batch is expected and the text is not one.
 */
function readInput(text: string, isBatch: boolean) {
  if (text === '') return { whole: undefined, of: {} };
  try {
    const whole: unknown = JSON.parse(text);
    const of = inputs.safeParse(whole).data;
    return isBatch && of === undefined ? null : { whole, of: of ?? {} };
  } catch {
    return null;
  }
}

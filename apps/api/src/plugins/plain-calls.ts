/*
 * Plain calls of tRPC over HTTP: JSON in and JSON out, one procedure or a batch of them. tRPC's own
 * handler makes a Request, a Response and a stream for each, which costs more than the call does.
 * The answer has the same status, headers and bytes. What is not plain is left to that handler:
 * streams, other media types, unknown procedures, wrong methods and JSON that does not parse.
 */
import { type AdminRouter, type ApiContext, adminRouter } from '@renderdeck/contract/router';
import { getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FIXED } from '../limits.ts';

const PROCEDURES = new Map(Object.entries(adminRouter._def.procedures));
type Procedure = AdminRouter['_def']['procedures'][keyof AdminRouter['_def']['procedures']];
const METHOD_OF = { query: 'GET', mutation: 'POST', subscription: null } as const;

const route = z.object({ path: z.string().regex(/^[a-zA-Z,]+$/) });
/** `connectionParams`, and a parameter that comes twice, are not plain. */
const query = z.strictObject({ batch: z.literal('1').optional(), input: z.string().optional() });

type Call = { readonly name: string; readonly procedure: Procedure; readonly input: unknown };
export type PlainCalls = {
  readonly type: 'query' | 'mutation';
  readonly isBatch: boolean;
  readonly calls: readonly Call[];
};
export type PlainCallOptions = {
  contextOf(request: FastifyRequest, reply: FastifyReply): ApiContext;
  onError(failed: { error: TRPCError; path: string; ctx: ApiContext }): void;
};

/** The calls of a request; null where it is left to tRPC's own handler. Runs nothing. */
export function readPlainCalls(request: FastifyRequest): PlainCalls | null {
  const path = route.safeParse(request.params).data?.path;
  const asked = query.safeParse(request.query).data;
  if (path === undefined || asked === undefined || !takesJson(request)) return null;
  const isBatch = asked.batch !== undefined;
  const names = isBatch ? path.split(',') : [path];
  const text = request.method === 'GET' ? (asked.input ?? '') : request.body;
  const input = readInput(text, isBatch, request.method === 'GET');
  if (input === null || names.length > FIXED.procedures) return null;
  const calls: Call[] = [];
  for (const [index, name] of names.entries()) {
    const procedure = PROCEDURES.get(name);
    if (procedure === undefined || METHOD_OF[procedure._def.type] !== request.method) return null;
    calls.push({ name, procedure, input: isBatch ? input.of[String(index)] : input.whole });
  }
  return { type: request.method === 'GET' ? 'query' : 'mutation', isBatch, calls };
}

/** Runs the calls, all at once, and answers them. */
export async function answerPlainCalls(
  { type, isBatch, calls }: PlainCalls,
  request: FastifyRequest,
  reply: FastifyReply,
  { contextOf, onError }: PlainCallOptions,
): Promise<FastifyReply> {
  const ctx = contextOf(request, reply);
  // Only changes wait for something that a client may give up.
  const signal = type === 'mutation' ? untilGone(reply) : undefined;
  const results = await Promise.all(
    calls.map(async ({ name, procedure, input }, batchIndex) => {
      try {
        const getRawInput = async () => input;
        const data = await procedure({ path: name, getRawInput, ctx, type, signal, batchIndex });
        return { result: { data } };
      } catch (cause) {
        const error = getTRPCErrorFromUnknown(cause);
        onError({ error, path: name, ctx });
        const config = adminRouter._def._config;
        return { error: getTRPCErrorShape({ config, ctx, error, input, path: name, type }) };
      }
    }),
  );
  const body = isBatch ? results : results[0];
  return (
    reply
      .code(getHTTPStatusCode(results))
      .headers({ vary: 'trpc-accept, accept', 'content-type': 'application/json' })
      // Without a serializer Fastify adds a charset, which tRPC does not send.
      .serializer(JSON.stringify)
      .send(body)
  );
}

function takesJson({ method, headers }: FastifyRequest): boolean {
  const { accept = '', 'content-type': type } = headers;
  if (headers['trpc-accept'] !== undefined || accept.includes('application/jsonl')) return false;
  return type === undefined
    ? method === 'GET'
    : type.toLowerCase().split(';', 1)[0]?.trim() === 'application/json';
}

const inputs = z.record(z.string(), z.unknown());
const NO_INPUTS: z.infer<typeof inputs> = {};

/** The input, whole and by the number of each call; null where it is no JSON, or no batch. */
function readInput(text: unknown, isBatch: boolean, mayBeEmpty: boolean) {
  if (text === '' && mayBeEmpty) return { whole: undefined, of: NO_INPUTS };
  if (typeof text !== 'string') return null;
  try {
    const whole: unknown = JSON.parse(text);
    const of = inputs.safeParse(whole).data;
    return isBatch && of === undefined ? null : { whole, of: of ?? NO_INPUTS };
  } catch {
    return null;
  }
}

const GONE = new Error('The client is gone, or has its answer.');

function untilGone(reply: FastifyReply): AbortSignal {
  const cut = new AbortController();
  reply.raw.once('close', () => cut.abort(GONE));
  return cut.signal;
}

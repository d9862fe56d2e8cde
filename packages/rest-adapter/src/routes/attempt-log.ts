import { Readable } from 'node:stream';
import {
  attemptNumberSchema,
  ERROR_CODES,
  type GetLogTextOutput,
  getLogText,
  jobIdSchema,
  logChunkSchema,
  readLogCursor,
  refuse,
} from '@renderdeck/contract';
import type { AdminCaller } from '@renderdeck/contract/router';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ByteRange, readByteRange } from '../byte-range.ts';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';
import { logEvents } from '../log-events.ts';

const params = z.object({ id: jobIdSchema, number: attemptNumberSchema });
const text = { 'text/plain': { schema: z.string() } };
/** The answers are streamed, so these schemas are only for the document. */
const LOG_ANSWERS: Readonly<Record<string, object>> = {
  200: {
    description: 'The log so far: UTF-8, each line with one line feed; or its events.',
    content: { ...text, 'text/event-stream': { schema: z.string() } },
  },
  206: { description: 'The bytes of the range.', content: text },
};

type LogRequest = FastifyRequest<{ Params: { id: string; number: number } }>;
type Wanted = { readonly id: string; readonly attempt: number };

/** The route that gives the log of an attempt. */
export function addLogRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(getLogText),
    schema: {
      ...documentOf(getLogText),
      params,
      querystring: z.object({
        download: z.string().optional().describe('`true`: answer with a name of a file.'),
      }),
      headers: z.object({
        range: z.string().optional().describe('One range of bytes, such as `bytes=-5000000`.'),
        'last-event-id': z.string().optional().describe('Follow: the id of the last event seen.'),
      }),
      response: {
        ...LOG_ANSWERS,
        ...refusalsOf(getLogText),
      },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request, reply, { mayWait: true });
      const wanted = { id: request.params.id, attempt: request.params.number };
      const head = await caller.getLogText({ ...wanted, most: 1 });
      reply.header('cache-control', 'no-store');
      const isFollowed = /\btext\/event-stream\b/.test(request.headers.accept ?? '');
      if (isFollowed) return await sendEvents(request, reply, { caller, wanted });
      const name = `${wanted.id}-attempt-${head.attempt}.log`;
      if (request.query.download === 'true')
        reply.header('content-disposition', `attachment; filename="${name}"`);
      return sendText(request, reply, { caller, wanted, size: head.size });
    },
  });
}

function sendText(
  request: LogRequest,
  reply: FastifyReply,
  { caller, wanted, size }: { caller: AdminCaller; wanted: Wanted; size: number },
): FastifyReply {
  const { range, 'if-range': condition } = request.headers;
  // A log has no validator, so a condition is never met. RFC 9110 defines ranges only for GET.
  const mayBeRange = request.method === 'GET' && condition === undefined;
  const asked = readByteRange(mayBeRange ? range : undefined, size);
  reply.header('accept-ranges', 'bytes');
  if (asked === 'unsatisfiable') {
    reply.header('content-range', `bytes */${size}`);
    throw refuse('range_not_satisfiable', ERROR_CODES.range_not_satisfiable.sentence, { size });
  }
  const sent = asked ?? { first: 0, last: size - 1 };
  if (asked !== null)
    reply.code(206).header('content-range', `bytes ${sent.first}-${sent.last}/${size}`);
  reply
    .type('text/plain; charset=utf-8')
    .header('content-length', String(sent.last + 1 - sent.first));
  const read = (from: number, most: number) => caller.getLogText({ ...wanted, from, most });
  const bytes = request.method === 'HEAD' ? [] : logText(sent, read);
  return reply.send(Readable.from(bytes, { objectMode: false }));
}

const trackedChunk = z.tuple([z.string(), logChunkSchema, z.symbol()]);

async function sendEvents(
  request: LogRequest,
  reply: FastifyReply,
  { caller, wanted }: { caller: AdminCaller; wanted: Wanted },
): Promise<FastifyReply> {
  const lastEventId = z.string().optional().parse(request.headers['last-event-id']);
  if (lastEventId !== undefined && readLogCursor(lastEventId) === null)
    throw refuse('invalid_input', 'Last-Event-ID is the id of an event, such as 2:17.');
  const readEnd = (): Promise<GetLogTextOutput> => caller.getLogText({ ...wanted, most: 1 });
  const events = logEvents({
    chunks: await caller.onAttemptLog({ ...wanted, lastEventId }),
    idOf: (event) => {
      const [id, chunk] = trackedChunk.parse(event);
      return { id, chunk };
    },
    readEnd,
    onError: (error) => request.log.error({ err: error }, 'a followed log failed'),
  });
  // This header makes proxies pass each event on at once.
  reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
  return reply.send(Readable.from(request.method === 'HEAD' ? [] : events));
}

/** About how many bytes of a log one answer holds in memory. */
const READ_BYTES = 256_000;

/**
 * The bytes of a range of a log. They are read some chunks at a time, so memory does not grow with
 * the log. All bytes of the range existed when it began. If the log is deleted while it is read,
 * the answer breaks off.
 */
async function* logText(
  { first, last }: ByteRange,
  read: (from: number, most: number) => Promise<GetLogTextOutput>,
): AsyncGenerator<Buffer> {
  for (let place = first; place <= last; ) {
    const log = await read(place, Math.min(READ_BYTES, last + 1 - place));
    if (log.next <= place) throw new Error('The log was deleted while it was read.');
    const text = log.chunks.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join('');
    yield Buffer.from(text).subarray(place - log.start, last + 1 - log.start);
    place = log.next;
  }
}

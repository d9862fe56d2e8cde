/*
 * The route that sends the file of an output. The procedure checks the link and the access; the
 * server opens the file, and everything that is sent comes from that open file. While it is sent,
 * the access is checked again as for a live stream, so an answer breaks off when the session ends.
 */
import { finished, Readable } from 'node:stream';
import {
  ERROR_CODES,
  fileNameOf,
  type GetOutputFileOutput,
  getOutputFile,
  getOutputFileInput,
  refuse,
} from '@renderdeck/contract';
import { createAdminCaller, type OpenOutput, whileAllowed } from '@renderdeck/contract/router';
import { create as nameFile } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readByteRange } from '../byte-range.ts';
import { type ContextOf, type RestApp, untilGone } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';

const { id, attempt: number, output, link } = getOutputFileInput.shape;
/** The answer is streamed, so these schemas are only for the document. */
const bytes = { 'application/octet-stream': { schema: z.string() } };
const ANSWERS: Readonly<Record<string, object>> = {
  200: { description: 'The file.', content: bytes },
  206: { description: 'The bytes of the range.', content: bytes },
};
/** A file that a browser opens by itself runs nothing and loads nothing. */
const POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

export function addOutputRoute(app: RestApp, contextOf: ContextOf): void {
  app.route({
    ...placeOf(getOutputFile),
    schema: {
      ...documentOf(getOutputFile),
      params: z.object({ id, number, output }),
      querystring: z.object({
        link,
        download: z.string().optional().describe('`true`: answer with a name of a file.'),
      }),
      headers: z.object({
        range: z.string().optional().describe('One range of bytes, such as `bytes=0-999`.'),
        'if-range': z.string().optional().describe('The ETag that the range belongs to.'),
      }),
      response: { ...ANSWERS, ...refusalsOf(getOutputFile) },
    },
    handler: async (request, reply) => {
      const context = contextOf(request, reply);
      const { number: attempt, ...place } = request.params;
      const file = await createAdminCaller(context).getOutputFile({
        ...{ ...place, attempt, link: request.query.link },
      });
      const open = await context.port.openOutput(file);
      closeWith(reply, open);
      setHeaders(reply, open, file, request.query.download === 'true');
      const { first, last } = chooseRange(request, reply, open);
      reply.header('content-length', String(last + 1 - first));
      if (request.method === 'HEAD') return reply.send(Readable.from([], { objectMode: false }));
      const { actor } = await context.authenticate(true);
      const stream = { ...context, requestContext: { actor } };
      const sent = whileAllowed(stream, 'getOutputFile', untilGone(reply), (cut) =>
        open.read(first, last, cut),
      );
      return reply.send(Readable.from(sent, { objectMode: false }));
    },
  });
}

/** Closes the file when the answer is over, also if nothing of it was read. */
function closeWith(reply: FastifyReply, open: OpenOutput): void {
  finished(reply.raw, () => void Promise.allSettled([open.close()]));
}

function setHeaders(
  reply: FastifyReply,
  { etag, modifiedAt }: OpenOutput,
  { path, type, isShown }: GetOutputFileOutput,
  isDownload: boolean,
): void {
  reply.type(type).headers({
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'content-disposition': nameFile(fileNameOf(path), {
      type: isShown && !isDownload ? 'inline' : 'attachment',
    }),
    'content-security-policy': POLICY,
    'cross-origin-resource-policy': 'same-origin',
    etag,
    'last-modified': modifiedAt.toUTCString(),
    'x-content-type-options': 'nosniff',
  });
}

/** Answers with a range if one is asked for and the file is still the one of `If-Range`. */
function chooseRange({ method, headers }: FastifyRequest, reply: FastifyReply, open: OpenOutput) {
  const { range, 'if-range': condition } = headers;
  const mayBeRange = method === 'GET' && (condition === undefined || condition === open.etag);
  const asked = readByteRange(mayBeRange ? range : undefined, open.bytes);
  if (asked === 'unsatisfiable') {
    const size = open.bytes;
    reply.header('content-range', `bytes */${size}`).removeHeader('content-disposition');
    throw refuse('range_not_satisfiable', ERROR_CODES.range_not_satisfiable.sentence, { size });
  }
  if (asked === null) return { first: 0, last: open.bytes - 1 };
  const { first, last } = asked;
  reply.code(206).header('content-range', `bytes ${first}-${last}/${open.bytes}`);
  return asked;
}

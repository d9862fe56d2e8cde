import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyInstance } from 'fastify';

/**
 * A smaller answer gains nothing. Compression can tell the length of a secret beside text that
 * somebody else chooses, and no answer of this size has a secret.
 */
const LEAST_LENGTH = 8192;
/** Higher qualities take much longer than the network gains. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const ENCODINGS = ['br', 'gzip'] as const;

const inBrotli = promisify(brotliCompress);
const inGzip = promisify(gzip);

/**
 * Compresses the larger texts that the scope sends, for callers that accept it. A stream is sent as
 * it comes, so that a live answer does not wait. Add it after the hooks that make the text.
 */
export function compressText(scope: FastifyInstance): void {
  scope.addHook('onSend', async ({ headers }, reply, answer) => {
    if (typeof answer !== 'string' || answer.length < LEAST_LENGTH) return answer;
    reply.header('vary', [reply.getHeader('vary') ?? [], 'Accept-Encoding'].flat().join(', '));
    const encoding = negotiate(headers['accept-encoding'] ?? 'identity', [...ENCODINGS]);
    if (encoding === null) return answer;
    const compressed = await (encoding === 'br'
      ? inBrotli(answer, QUALITY)
      : inGzip(answer, { level: 1 }));
    reply.headers({ 'content-encoding': encoding, 'content-length': compressed.length });
    return compressed;
  });
}

import { ANONYMOUS, refuse } from '@renderdeck/contract';
import {
  type AdminRouter,
  type ApiContext,
  adminRouter,
  problemOf,
  trpcBodyOf,
} from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { WebSocket } from 'ws';
import type { Authenticator } from '../authenticate.ts';
import { FIXED } from '../limits.ts';
import { translateConnectionError } from '../translate-connection-error.ts';
import { compressText } from './compress-text.ts';
import { answerPlainReads, readPlainReads } from './plain-reads.ts';
import { retryAfterOf } from './retry-after.ts';
import { frameEncoder } from './write-frame.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

export type TrpcPluginOptions = { readonly auth: Pick<Authenticator, 'of'> };

/** Serves the router under /trpc, over HTTP and WebSocket, with errors in tRPC's own form. */
export const trpc: FastifyPluginAsync<TrpcPluginOptions> = async (scope, { auth }) => {
  scope.setErrorHandler(reportTrpcError);
  scope.addHook('onRequest', ({ method }, _reply, done) => {
    if (METHODS.has(method)) done();
    else done(refuse('method_not_allowed'));
  });
  // Refuse anonymous clients before the upgrade, so that they hold no socket. The call is quiet:
  // opening a WebSocket does not count as use of the session.
  scope.addHook('onRequest', ({ raw, ws }, _reply, done) => {
    if (!ws) {
      done();
      return;
    }
    auth
      .of(
        raw,
        false,
      )(true)
      .then(({ actor }) => {
        if (actor.kind === ANONYMOUS) done(refuse('unauthenticated'));
        else done();
      }, done);
  });
  scope.addHook('onSend', async ({ method }, reply, answer) => {
    if (!(answer instanceof Response)) return answer;
    const { status, headers } = answer;
    // If tRPC refuses a whole call, it sets neither the JSON content type nor the Allow header.
    if (headers.get('content-type')?.startsWith('text/plain'))
      headers.set('content-type', 'application/json');
    if (status === 405) headers.set('allow', method === 'POST' ? 'GET, HEAD' : 'POST');
    if (headers.get('content-type') !== 'application/json' || headers.has('transfer-encoding'))
      return answer;
    // The answer is not a stream, so Fastify can send its length.
    reply.code(status).headers(Object.fromEntries(headers));
    return answer.text();
  });
  compressText(scope);
  const onError = reportFailure(scope);
  scope.addHook('preHandler', (request, reply, done) => {
    const plain = readPlainReads(request);
    if (plain === null) {
      done();
      return;
    }
    const contextOf = () => scope.contextOf('trpc', request.raw, reply.raw);
    answerPlainReads(plain, reply, { contextOf, onError }).catch(done);
  });
  await scope.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    useWSS: true,
    trpcOptions: trpcOptions(scope, onError),
  });
};

/** A stream waits while this many bytes for its client are not yet sent. */
const FULL_BYTES = 256 * 1024;

/** Resolves when this WebSocket can take more data, or when it closes. */
async function waitForDrain(socket: object): Promise<void> {
  if (!isSocket(socket)) return;
  if (socket.bufferedAmount < FULL_BYTES || socket.readyState !== WebSocket.OPEN) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      socket.off('close', end);
      resolve();
    };
    socket.once('close', end);
    // Frames leave in order. When the ping is sent, all frames before it are sent too.
    socket.ping(undefined, undefined, end);
  });
}

function isSocket(connection: object): connection is WebSocket {
  return 'bufferedAmount' in connection;
}

type ReportFailure = (failed: {
  readonly error: TRPCError;
  readonly path: string | undefined;
  readonly ctx: ApiContext | undefined;
}) => void;

function reportFailure(scope: FastifyInstance): ReportFailure {
  return ({ error, path, ctx }) => {
    const reqId = ctx?.request.requestId;
    if (error.code === 'INTERNAL_SERVER_ERROR')
      scope.log.error({ err: error, procedure: path, reqId }, 'procedure failed');
  };
}

function trpcOptions(
  scope: FastifyInstance,
  onError: ReportFailure,
): FastifyTRPCPluginOptions<AdminRouter>['trpcOptions'] {
  return {
    router: adminRouter,
    maxBatchSize: FIXED.procedures,
    createContext: ({ req, res }) =>
      'raw' in req
        ? scope.contextOf('trpc', req.raw, 'raw' in res ? res.raw : null)
        : { ...scope.contextOf('trpc', req, null), waitForDrain: () => waitForDrain(res) },
    onError,
    responseMeta: ({ errors }) => ({ headers: { ...retryAfterOf(errors) } }),
    experimental_encoder: frameEncoder,
  };
}

/**
 * Answers an error under /trpc in the form that a tRPC client reads. The problem in it is the one
 * that REST would answer. For Fastify's setErrorHandler.
 */
function reportTrpcError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = translateConnectionError(thrown);
  const trpcError = error instanceof TRPCError ? error : refuse(problemOf(error).code);
  if (trpcError.code === 'INTERNAL_SERVER_ERROR')
    request.log.error({ err: error }, 'request failed');
  const body = trpcBodyOf(trpcError);
  const { status } = body.data.problem;
  reply.headers(retryAfterOf([trpcError]));
  if (status === 405) reply.header('allow', 'GET, HEAD, POST');
  return reply.code(status).send({ error: body });
}

import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { ERROR_CODES, errorCodeFrom } from '@renderdeck/contract';
import { sendError, sendNotFound } from '@renderdeck/rest-adapter';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { HttpRequest, isWebSocket } from '../http-request.ts';
import { translateConnectionError } from '../translate-connection-error.ts';

/** Answers every error outside of tRPC with a problem document (RFC 9457). */
export const errors = fastifyPlugin(async (server) => {
  server.setErrorHandler((error, request, reply) =>
    sendError(translateConnectionError(error), request, reply),
  );
  server.setNotFoundHandler(sendNotFound);
  // Node answers 417 if it does not know the value of Expect. Serve the request instead.
  server.server.on('checkExpectation', (request, response) =>
    server.server.emit('request', request, response),
  );
  // When an Upgrade is ignored, Node loses the bytes after it in the same packet. The closed
  // connection tells the client to send them again.
  server.addHook('onRequest', ({ raw }, reply, done) => {
    if (raw instanceof HttpRequest && raw.ignoresUpgrade) reply.header('connection', 'close');
    done();
  });
});

/** Answers a request whose URL is invalid. For Fastify's option frameworkErrors. */
export function sendFrameworkError(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // No hook runs for this request, so the socket of an upgrade must be ended here.
  if (isWebSocket(request.raw)) {
    reply.header('connection', 'close');
    reply.raw.once('finish', () => request.raw.socket.end());
  }
  return sendError(error, request, reply);
}

/**
 * Answers bytes that are not a valid HTTP request, and closes the connection. No route and no hook
 * runs for them. The answer to a HEAD has no body: a client takes one for bytes after the end. For
 * Fastify's option clientErrorHandler.
 */
export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const code = errorCodeFrom(error.code) ?? 'invalid_request';
  const { status, sentence } = ERROR_CODES[code];
  const body = JSON.stringify({
    type: `urn:renderdeck:problem:${code}`,
    title: code.replaceAll('_', ' '),
    status,
    detail: sentence,
    code,
    requestId: randomUUID(),
  });
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  // A Buffer in truth; a request that came too slowly has none.
  const packet: unknown = error.rawPacket;
  const isHead = Buffer.isBuffer(packet) && packet.toString('latin1', 0, 5) === 'HEAD ';
  socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`);
}

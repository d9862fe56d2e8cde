import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { logError } from '@renderdeck/store/connect';
import type { FastifyHttpOptions } from 'fastify';
import type { ApiConfig } from './config.ts';
import { HttpRequest } from './http-request.ts';
import { FIXED } from './limits.ts';
import { answerBrokenRequest, sendFrameworkError } from './plugins/errors.ts';

const SECRET_HEADERS = ['authorization', 'cookie', 'nexrender-secret'];

/** Fastify's own options. `receiveMs`: from the first byte of a request to its last. */
export function serverOptions(
  { logLevel, trustProxy }: Pick<ApiConfig, 'logLevel' | 'trustProxy'>,
  receiveMs: number,
): FastifyHttpOptions<Server> {
  return {
    logger: {
      level: logLevel,
      redact: SECRET_HEADERS.map((name) => `req.headers["${name}"]`),
      serializers: { err: logError },
    },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: FIXED.bodyBytes,
    // Node raises requestTimeout to headersTimeout where that is longer, so both are set.
    http: {
      IncomingMessage: HttpRequest,
      maxHeaderSize: FIXED.headerBytes,
      headersTimeout: receiveMs,
      connectionsCheckingInterval: receiveMs / 10,
    },
    requestTimeout: receiveMs,
    // The plugin limits refuses these requests as it refuses others.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    trustProxy,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 5000 },
    frameworkErrors: sendFrameworkError,
  };
}

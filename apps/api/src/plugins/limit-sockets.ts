import { refuse } from '@renderdeck/contract';
import { addressGroup } from '@renderdeck/operations';
import type { FastifyInstance } from 'fastify';
import { WebSocket } from 'ws';
import { isWebSocket } from '../http-request.ts';
import { FIXED, type Limits } from '../limits.ts';

const PING_EVERY_MS = 20_000;
const MESSAGES_WITHIN_MS = 10_000;
/** 1013: try again later. */
const CUT_OFF = 1013;
const TOO_MANY = 'This address has too many WebSockets open; close some.';

/**
 * Limits WebSockets: how many one address has, how many messages each sends, how many bytes each
 * leaves unread. A socket that does not answer a ping is closed. Each close gives its reason, and
 * the client can resume with its cursor.
 */
export function limitSockets(
  server: FastifyInstance,
  limits: Limits,
  pingEveryMs = PING_EVERY_MS,
): void {
  const open = new Map<string, number>();
  const answered = new WeakSet<WebSocket>();

  server.addHook('onRequest', (request, _reply, done) => {
    if (!isWebSocket(request.raw)) {
      done();
      return;
    }
    const address = addressGroup(request.ip);
    const count = open.get(address) ?? 0;
    if (count >= limits.socketsPerAddress) {
      const { retryAfterSeconds } = FIXED;
      done(refuse('too_many_requests', TOO_MANY, { retryAfterSeconds }));
      return;
    }
    open.set(address, count + 1);
    // Counted until the connection ends, also where the upgrade fails.
    request.raw.socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    done();
  });

  server.websocketServer.on('connection', (socket: WebSocket) => {
    answered.add(socket);
    cutOffWhenUnread(socket);
    socket.on('pong', () => answered.add(socket));
    dropTooMany(socket);
  });

  const pinging = setInterval(() => {
    for (const socket of server.websocketServer.clients) {
      if (answered.delete(socket)) socket.ping();
      else socket.close(CUT_OFF, 'no answer');
    }
  }, pingEveryMs);
  server.addHook('preClose', async () => {
    clearInterval(pinging);
  });
}

/** Checks after each send: a periodic check would let a burst fill the memory. */
function cutOffWhenUnread(socket: WebSocket): void {
  const send = socket.send;
  Object.assign(socket, {
    send(...args: unknown[]) {
      Reflect.apply(send, socket, args);
      if (socket.bufferedAmount > FIXED.unreadBytes) socket.close(CUT_OFF, 'not read in time');
    },
  });
}

/**
 * Counts a message before its listeners get it. One too many is dropped, and all that follow: a
 * client may go on sending for half a minute after the close.
 */
function dropTooMany(socket: WebSocket): void {
  const emit = socket.emit;
  let since = 0;
  let count = 0;
  Object.assign(socket, {
    emit(...event: unknown[]): unknown {
      if (event[0] !== 'message') return Reflect.apply(emit, socket, event);
      if (socket.readyState !== WebSocket.OPEN) return false;
      const now = Date.now();
      if (now - since > MESSAGES_WITHIN_MS) [since, count] = [now, 0];
      count += countIn(String(event[1]));
      if (count <= FIXED.messages) return Reflect.apply(emit, socket, event);
      socket.close(CUT_OFF, 'too many messages');
      return false;
    },
  });
}

/** tRPC reads a list as many messages. */
function countIn(text: string): number {
  if (!text.trimStart().startsWith('[')) return 1;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? Math.max(1, list.length) : 1;
  } catch {
    return 1;
  }
}

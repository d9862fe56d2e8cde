import { refuse } from '@renderdeck/contract';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { FIXED, type Limits } from './limits.ts';

const PING_EVERY_MS = 20_000;
const MESSAGES_WITHIN_MS = 10_000;
/** 1013: try again later. */
const CUT_OFF = 1013;

/**
 * No WebSocket grows the server: so many of one address, so many messages in a while, so many bytes that it leaves unread; and one that no longer
 * answers is ended. What is cut off reads why, if it still reads, and resumes with its cursor.
 */
export function limitSockets(server: FastifyInstance, limits: Limits, pingEveryMs = PING_EVERY_MS): void {
  const open = new Map<string, number>();
  const answered = new WeakSet<WebSocket>();

  server.addHook('onRequest', async (request) => {
    if (request.headers.upgrade === undefined) return;
    const count = open.get(request.ip) ?? 0;
    if (count >= limits.socketsPerAddress) throw refuse('too_many_requests', 'This address has too many WebSockets open; close some.');
    open.set(request.ip, count + 1);
    // Whatever becomes of the upgrade, it ends with its connection.
    request.raw.socket.once('close', () => {
      const left = (open.get(request.ip) ?? 1) - 1;
      if (left > 0) open.set(request.ip, left);
      else open.delete(request.ip);
    });
  });

  server.websocketServer.on('connection', (socket: WebSocket) => {
    answered.add(socket);
    cutOffWhenUnread(socket);
    socket.on('pong', () => answered.add(socket));
    let since = 0;
    let messages = 0;
    socket.on('message', () => {
      const now = Date.now();
      if (now - since > MESSAGES_WITHIN_MS) [since, messages] = [now, 0];
      messages += 1;
      if (messages > FIXED.messages) socket.close(CUT_OFF, 'too many messages');
    });
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

/** Looks after each thing that is sent, so that no burst between two looks is held. */
function cutOffWhenUnread(socket: WebSocket): void {
  const send = socket.send;
  Object.assign(socket, {
    send(...args: unknown[]) {
      Reflect.apply(send, socket, args);
      if (socket.bufferedAmount > FIXED.unreadBytes) socket.close(CUT_OFF, 'not read in time');
    },
  });
}

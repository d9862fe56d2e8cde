import type { WebsocketPluginOptions } from '@fastify/websocket';
import { refuse } from '@renderdeck/contract';
import { addressGroup } from '@renderdeck/operations';
import type { FastifyInstance } from 'fastify';
import { WebSocket } from 'ws';
import { isWebSocket } from '../http-request.ts';
import { FIXED, type Limits } from '../limits.ts';
import { type JsonLimits, measureJson } from './measure-json.ts';

const PING_EVERY_MS = 20_000;
const MESSAGES_WITHIN_MS = 10_000;
/** The WebSocket close code 1013: try again later. */
const CUT_OFF = 1013;
/** The WebSocket close code 1009: the message is too big. */
const TOO_BIG = 1009;
const TOO_MANY = 'This address has too many WebSockets open; close some.';

/**
 * Limits the number of WebSockets of one address, and closes a WebSocket that does not answer a
 * ping. limitedSocket limits what one WebSocket may send and leave unread. Each close has
 * a reason, and the client can resume with its cursor.
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
    // The connection counts until it ends, also if the upgrade fails.
    request.raw.socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    done();
  });

  server.websocketServer.on('connection', (socket: WebSocket) => {
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
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

type SocketClass = NonNullable<NonNullable<WebsocketPluginOptions['options']>['WebSocket']>;

/**
 * The class that the WebSocket server uses for each client. It limits messages and unread bytes,
 * and closes the connection of a client that exceeds a limit.
 */
export function limitedSocket(most: JsonLimits): SocketClass {
  return class LimitedSocket extends WebSocket {
    // The class inherits these, but the types of the ES module of ws do not declare them.
    declare static readonly Server: SocketClass['Server'];
    declare static readonly WebSocket: SocketClass['WebSocket'];
    declare static readonly WebSocketServer: SocketClass['WebSocketServer'];
    declare static readonly createWebSocketStream: SocketClass['createWebSocketStream'];

    #since = 0;
    #count = 0;

    /** Checks after each send. With a periodic check a burst of messages could fill the memory. */
    override send(...message: unknown[]): void {
      Reflect.apply(super.send, this, message);
      if (this.bufferedAmount > FIXED.unreadBytes) this.close(CUT_OFF, 'not read in time');
    }

    /**
     * Checks a message before its listeners get it. Drops the message that exceeds a limit and all
     * later ones: a client may go on sending for half a minute after the close.
     */
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event !== 'message') return super.emit(event, ...args);
      if (this.readyState !== WebSocket.OPEN) return false;
      const [message] = args;
      if (Buffer.isBuffer(message) && measureJson(most)(message) !== null) {
        this.close(TOO_BIG, 'too many levels or values');
        return false;
      }
      const now = Date.now();
      if (now - this.#since > MESSAGES_WITHIN_MS) [this.#since, this.#count] = [now, 0];
      this.#count += countMessagesIn(String(message));
      if (this.#count <= FIXED.messages) return super.emit(event, ...args);
      this.close(CUT_OFF, 'too many messages');
      return false;
    }
  };
}

/** Counts a JSON array as several messages, because tRPC does so. */
function countMessagesIn(text: string): number {
  if (!text.trimStart().startsWith('[')) return 1;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? Math.max(1, list.length) : 1;
  } catch {
    return 1;
  }
}

import { IncomingMessage } from 'node:http';

/**
 * A request that counts as an upgrade only with `Upgrade: websocket`. As soon as a server takes
 * WebSockets, Node hands over the socket of every request with an Upgrade header, and no route can
 * answer it. Java and curl send `Upgrade: h2c` with each request. HTTP allows a server to ignore
 * the header, so such a request is answered as HTTP/1.1.
 */
export class HttpRequest extends IncomingMessage {
  private offersUpgrade = false;

  /** Node sets this property before it reads the headers, and reads it afterwards. */
  set upgrade(offersUpgrade: boolean) {
    this.offersUpgrade = offersUpgrade;
  }
  get upgrade(): boolean {
    return this.offersUpgrade && (this.method === 'CONNECT' || asksForWebSocket(this));
  }
  get ignoresUpgrade(): boolean {
    return this.offersUpgrade && !this.upgrade;
  }
}

/** True if the request asks for a WebSocket. Node has then handed over its socket. */
export function isWebSocket(request: IncomingMessage): boolean {
  return request instanceof HttpRequest && request.upgrade;
}

function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

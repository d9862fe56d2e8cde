import { IncomingMessage } from 'node:http';

/**
 * A request of which only `Upgrade: websocket` is an upgrade. Where a server takes WebSockets, Node
 * hands over the socket of every Upgrade, and no route can answer. Java and curl offer h2c with
 * each request. HTTP lets a server ignore an Upgrade, so such a request is served as HTTP/1.1.
 */
export class HttpRequest extends IncomingMessage {
  private offersUpgrade = false;

  /** Node sets it before it reads the headers, and asks for it afterwards. */
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

/** Whether Node handed over the socket of this request: it asks for a WebSocket. */
export function isWebSocket(request: IncomingMessage): boolean {
  return request instanceof HttpRequest && request.upgrade;
}

function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Headers that proxies add. A request with one of them may come from any machine. */
const OF_PROXIES = /^(forwarded|via|x-real-ip|x-forwarded(-.+)?|.*-connecting-ip|x-client-ip)$/;
const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/i;

/**
 * True if a program on the server's own machine sent the request without a proxy: both ends of the
 * connection are this machine, no header comes from a proxy, the Host header names this machine,
 * and the request is not HTTP/1.0, which nginx sends to the servers behind it.
 */
export function isFromThisMachine({ socket, headers, httpVersion }: IncomingMessage): boolean {
  const { remoteAddress = '', localAddress } = socket;
  if (!LOOPBACK.test(remoteAddress) && remoteAddress !== localAddress) return false;
  if (httpVersion === '1.0' || Object.keys(headers).some((name) => OF_PROXIES.test(name)))
    return false;
  const host = hostOf(headers.host ?? '');
  return (
    host === 'localhost' || LOOPBACK.test(host) || (isIP(host) > 0 && host === bare(localAddress))
  );
}

function hostOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

const bare = (address = '') => address.replace(/^::ffff:/i, '');

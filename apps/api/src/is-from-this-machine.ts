import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** What proxies add. A request that came through one says nothing about the machine it is from. */
const OF_PROXIES = /^(forwarded|via|x-real-ip|x-forwarded(-.+)?|.*-connecting-ip|x-client-ip)$/;
const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/i;

/**
 * True where a program on the machine of the server itself sent the request, through no proxy: both
 * ends of the connection are this machine, no header is one of a proxy, the address that was asked
 * for is one of this machine, and it is not HTTP/1.0, which nginx speaks to what is behind it.
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

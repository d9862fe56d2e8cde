import { readFileSync } from 'node:fs';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/** Options of TLS, for postgres.js. */
type Tls = {
  readonly ca?: string;
  readonly checkServerIdentity: (name: string, certificate: PeerCertificate) => Error | undefined;
};

/**
 * Takes `sslrootcert` out of a URL, which postgres.js does not know. With it, the server must prove
 * its name by a certificate of that root, whatever `sslmode` says; `system`: by one of Node's own
 * roots. Throws a sentence if the file cannot be read.
 */
export function takeRootCertificate(url: string): {
  readonly url: string;
  readonly tls: { readonly ssl?: Tls };
} {
  const [before = '', query = ''] = url.split('?');
  const left = new URLSearchParams(query);
  const path = left.get('sslrootcert');
  if (path === null) return { url, tls: {} };
  left.delete('sslrootcert');
  const plain = left.size === 0 ? before : `${before}?${left}`;
  const checks = { checkServerIdentity: checkAgainst(hostsOf(before)) };
  const ssl = path === 'system' ? checks : { ca: readRoot(path), ...checks };
  return { url: plain, tls: { ssl } };
}

function readRoot(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`The root certificate ${path} of DATABASE_URL cannot be read.`, { cause });
  }
}

/** The names and addresses of the servers. The URL may name several, so it is no URL of WHATWG. */
function hostsOf(url: string): string[] {
  const [, hosts = ''] = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?([^/]+)/.exec(url) ?? [];
  return hosts.split(',').map((host) => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'));
}

/**
 * Accepts the certificate of any server of the URL. Node itself would compare it with `localhost`
 * if the URL has an IP address, because postgres.js then gives it no name.
 */
function checkAgainst(hosts: readonly string[]): Tls['checkServerIdentity'] {
  return (_name, certificate) => {
    const problems = hosts.map((host) => checkServerIdentity(host, certificate));
    return problems.includes(undefined) ? undefined : problems[0];
  };
}

import { readFileSync } from 'node:fs';

/**
 * Takes `sslrootcert` out of a URL, which postgres.js does not know. With it, the server must prove
 * its name by a certificate of that root, whatever `sslmode` says; `system`: by one of Node's own
 * roots. Throws a sentence if the file cannot be read.
 */
export function takeRootCertificate(url: string): {
  readonly url: string;
  /** Options of TLS, for postgres.js. */
  readonly tls: { readonly ssl?: { readonly ca?: string } };
} {
  const [before = '', query = ''] = url.split('?');
  const left = new URLSearchParams(query);
  const path = left.get('sslrootcert');
  if (path === null) return { url, tls: {} };
  left.delete('sslrootcert');
  const plain = left.size === 0 ? before : `${before}?${left}`;
  return { url: plain, tls: { ssl: path === 'system' ? {} : { ca: readRoot(path) } } };
}

function readRoot(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`The root certificate ${path} of DATABASE_URL cannot be read.`, { cause });
  }
}

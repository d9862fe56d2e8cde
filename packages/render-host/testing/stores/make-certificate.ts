import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from '@renderdeck/testing/openssl';

/** A certificate for these names that it has signed itself, and its key. `path`: its file. */
export function makeCertificate(folder: string, names = ['IP:127.0.0.1', 'IP:127.0.0.2']) {
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', path];
  openssl('req', ...made, '-subj', '/CN=S', '-addext', `subjectAltName=${names.join()}`);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(path, 'utf8'), path };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing';
import { expect, test } from 'vitest';
import { takeRootCertificate } from './root-certificate.ts';

test('the certificate is read, and every other part of the URL stays', async () => {
  const folder = await temporaryFolder('root');
  try {
    const path = join(folder.path, 'a root.pem');
    await writeFile(path, 'PEM');
    const root = `sslrootcert=${encodeURIComponent(path)}`;
    const url = 'postgres://a:b@one:1,two:2/farm';
    expect(takeRootCertificate(`${url}?sslmode=verify-full&${root}`)).toMatchObject({
      url: `${url}?sslmode=verify-full`,
      tls: { ssl: { ca: 'PEM' } },
    });
    expect(takeRootCertificate(`${url}?${root}`).url).toBe(url);
  } finally {
    await folder.remove();
  }
});

test('without one nothing changes, and a missing file is named', () => {
  const url = 'postgres:///farm?host=/run/postgresql';
  expect(takeRootCertificate(url)).toEqual({ url, tls: {} });
  expect(takeRootCertificate(`${url}&sslrootcert=system`).tls.ssl?.ca).toBeUndefined();
  expect(() => takeRootCertificate('postgres://a/b?sslrootcert=/nowhere.pem')).toThrow(
    'The root certificate /nowhere.pem of DATABASE_URL cannot be read.',
  );
});

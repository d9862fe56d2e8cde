import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { buildPage } from '@renderdeck/standalone/testing';
import { beforeAll, expect, it } from 'vitest';

const BUDGET_KB = 240;

beforeAll(() => buildPage(() => {}), 120_000);

it(`the first load stays under ${BUDGET_KB} kB, compressed`, async () => {
  const dist = new URL('../dist/', import.meta.url);
  const page = await readFile(new URL('index.html', dist), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+[.](?:js|css))"/g)].map(
    ([, path = '']) => path,
  );
  expect(files.length).toBeGreaterThan(1);
  const sizes = await Promise.all(
    files.map(async (path) => gzipSync(await readFile(new URL(path, dist)), { level: 9 }).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0) / 1000).toBeLessThanOrEqual(BUDGET_KB);
});

import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { authenticator } from '../../src/authenticate.ts';
import { farmOfFile, SECRET } from '../../testing/open-farm.ts';

const farm = farmOfFile();

test('answers are cached only while the listener works', async () => {
  let listens = true;
  const headers = { authorization: `Bearer ${farm.secretOf('sam')}` };
  const request = Object.assign(Object.create(null), { headers });
  const authenticate = authenticator(farm.db, [SECRET], () => listens).of(request, false);
  expect(await authenticate()).toMatchObject({ actor: { name: 'sam-bot' } });
  await farm.sql`UPDATE api_tokens SET revoked_at = now() WHERE name = 'sam-bot'`;
  // No notification came, so the cached token still counts.
  expect(await authenticate()).toMatchObject({ actor: { name: 'sam-bot' } });
  listens = false;
  expect(await authenticate()).toMatchObject({ actor: { kind: 'anonymous' } });
});

test('the cache keeps no token, so long guesses use little memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('There is no way to collect garbage.');
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const auth = authenticator(farm.db, [SECRET], () => true);
  const guess = (index: number) =>
    auth.of(
      Object.assign(Object.create(null), {
        headers: { authorization: `Bearer ${randomBytes(7500).toString('hex')}${index}` },
      }),
      false,
    )();
  await guess(0);
  const before = heap();
  for (let count = 0; count < 1000; count += 1) await guess(count);
  expect(heap() - before).toBeLessThan(10_000_000);
  auth.invalidate();
});

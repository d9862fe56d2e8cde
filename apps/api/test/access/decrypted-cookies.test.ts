/* A cookie is decrypted once, and counts no longer than it would without the cache. */
import { sealData } from 'iron-session';
import { afterEach, expect, test, vi } from 'vitest';
import { rememberCookies } from '../../src/decrypted-cookies.ts';
import { SECRET } from '../../testing/open-farm.ts';

afterEach(() => vi.useRealTimers());

test('a remembered cookie ends when it says so, and one without an end does not', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const cookies = rememberCookies();
  const [short, long] = await Promise.all(
    [60, 0].map((ttl) => sealData({ id: 'one' }, { password: { '1': SECRET }, ttl })),
  );
  for (const cookie of [short, long]) cookies.set(cookie ?? '', 'one');
  expect([cookies.get(short ?? ''), cookies.get(long ?? '')]).toEqual(['one', 'one']);
  vi.setSystemTime(Date.now() + 60_001);
  expect([cookies.get(short ?? ''), cookies.get(long ?? '')]).toEqual([undefined, 'one']);
  cookies.clear();
  expect(cookies.get(long ?? '')).toBeUndefined();
});

test('cookies take a bounded room', () => {
  const cookies = rememberCookies();
  for (let made = 0; made <= 10_000; made += 1) cookies.set(`cookie ${made}`, 'one');
  expect([cookies.get('cookie 0'), cookies.get('cookie 10000')]).toEqual([undefined, 'one']);
});

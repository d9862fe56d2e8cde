import { expect, test } from 'vitest';
import { createCookieJar } from './cookie-jar.ts';

test('a cookie is sent back byte for byte, and a newer cookie of its name replaces it', () => {
  const jar = createCookieJar();
  expect(jar.header()).toBeNull();
  jar.keep(['session=Fe26.2*1*%3D~2; Path=/; HttpOnly; Max-Age=60', 'theme=dark']);
  expect(jar.header()).toBe('session=Fe26.2*1*%3D~2; theme=dark');
  jar.keep(['session=other; Path=/']);
  expect(jar.header()).toBe('session=other; theme=dark');
});

test('a cookie that the server deletes is no longer sent', () => {
  const jar = createCookieJar();
  jar.keep(['session=a; Path=/', 'theme=dark']);
  jar.keep(['session=; Max-Age=0', 'theme=dark; Max-Age=0']);
  expect(jar.header()).toBeNull();
});

test('a cookie given at the start is sent together with cookies that the server sets', () => {
  const jar = createCookieJar('session=a');
  jar.keep(['theme=dark']);
  expect(jar.header()).toBe('session=a; theme=dark');
});

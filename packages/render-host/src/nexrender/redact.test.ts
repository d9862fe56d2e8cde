import { expect, test } from 'vitest';
import { createRedactor } from './redact.mjs';

test('secrets of the job are masked everywhere, the longest first', () => {
  const job = {
    assets: [
      {
        params: {
          headers: { Authorization: 'Bearer abcdef' },
          credentials: { user: 'maria', apiKey: 'abcd' },
        },
      },
    ],
    template: { name: 'maria.aep2' },
  };
  const redact = createRedactor(job);
  expect(redact('GET with Bearer abcdef by maria, key abcd')).toBe('GET with ••• by •••, key •••');
});

test('the user and password of an address and signatures in its query are masked', () => {
  const redact = createRedactor({});
  expect(
    redact('> Downloading https://bob:pw@host/a.aep?x=1&X-Amz-Signature=99ff&token=t...'),
  ).toBe('> Downloading https://•••@host/a.aep?x=1&X-Amz-Signature=•••&token=•••');
});

test('a text without secrets does not change, and very short secrets mask nothing', () => {
  expect(createRedactor({ password: 'a' })('PROGRESS: a (1)')).toBe('PROGRESS: a (1)');
});

import { expect, test } from 'vitest';
import { mapConnectionErrors } from '../src/map-connection-errors.ts';

const lost = () =>
  Object.assign(new Error('Failed query'), {
    cause: Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' }),
  });
const unavailable = {
  cause: { problem: { code: 'unavailable', status: 503, facts: { retryAfterSeconds: 5 } } },
};

test('a call that meets no database, and a stream that loses it, are refused as unavailable with when to come again', async () => {
  const methods = mapConnectionErrors({
    async call() {
      throw lost();
    },
    async *stream() {
      yield 1;
      throw lost();
    },
  });
  await expect(methods.call()).rejects.toMatchObject(unavailable);
  const heard: number[] = [];
  const reading = (async () => {
    for await (const event of methods.stream()) heard.push(event);
  })();
  await expect(reading).rejects.toMatchObject(unavailable);
  expect(heard).toEqual([1]);
});

test('what fails for another reason fails as it did, and a stream that its reader leaves is ended', async () => {
  const bug = new TypeError('a bug');
  let ended = false;
  const methods = mapConnectionErrors({
    async call() {
      throw bug;
    },
    async *stream() {
      try {
        yield 1;
        yield 2;
      } finally {
        ended = true;
      }
    },
  });
  await expect(methods.call()).rejects.toBe(bug);
  for await (const _ of methods.stream()) break;
  expect(ended).toBe(true);
});

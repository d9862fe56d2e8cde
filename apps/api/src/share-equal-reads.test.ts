import { expect, it } from 'vitest';
import { shareEqualReads } from './share-equal-reads.ts';

function aSharedRead() {
  const reads: { input: object; end(value: string): void; fail(error: Error): void }[] = [];
  const read = shareEqualReads(
    (input: object) =>
      new Promise<string>((resolve, reject) => {
        reads.push({ input, end: resolve, fail: reject });
      }),
  );
  return { reads, read };
}

it('calls during an equal read share the next read, which begins after it', async () => {
  const { reads, read } = aSharedRead();
  const first = read({ q: 'a' });
  const others = [read({ q: 'a' }), read({ q: 'a' })];
  expect(reads.length).toBe(1);
  reads[0]?.end('before the change');
  expect(await first).toBe('before the change');
  await expect.poll(() => reads.length).toBe(2);
  const later = read({ q: 'a' });
  reads[1]?.end('after it');
  expect(await Promise.all(others)).toEqual(['after it', 'after it']);
  await expect.poll(() => reads.length).toBe(3);
  reads[2]?.end('later');
  expect(await later).toBe('later');
});

it('calls with other inputs do not wait', async () => {
  const { reads, read } = aSharedRead();
  void read({ q: 'slow' });
  const other = read({ q: 'b' });
  expect(reads.map(({ input }) => input)).toEqual([{ q: 'slow' }, { q: 'b' }]);
  reads[1]?.end('b');
  expect(await other).toBe('b');
});

it('a failed read rejects its own calls only', async () => {
  const { reads, read } = aSharedRead();
  const first = read({}).catch(({ message }) => message);
  const second = read({});
  reads[0]?.fail(new Error('lost'));
  expect(await first).toBe('lost');
  await expect.poll(() => reads.length).toBe(2);
  reads[1]?.end('read');
  expect(await second).toBe('read');
  const third = read({});
  expect(reads.length).toBe(3);
  reads[2]?.end('again');
  expect(await third).toBe('again');
});

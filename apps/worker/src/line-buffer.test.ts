import { expect, test } from 'vitest';
import { LineBuffer } from './line-buffer.ts';

test('unsent lines come again with the same number, together with newer lines', () => {
  const buffer = new LineBuffer();
  buffer.add('aerender', 'one');
  expect(buffer.take()).toEqual([{ seq: 1, stream: 'aerender', lines: ['one'] }]);
  buffer.add('aerender', 'two');
  const chunks = buffer.take();
  expect(chunks.map(({ seq, lines }) => [seq, lines])).toEqual([
    [1, ['one']],
    [2, ['two']],
  ]);
  buffer.sent(chunks);
  expect(buffer.take()).toEqual([]);
});

test('empty lines also count towards the limit', () => {
  const buffer = new LineBuffer();
  for (let count = 0; count < 100_000; count += 1) buffer.add('aerender', '');
  const [chunk] = buffer.take();
  expect(chunk?.lines.length).toBeLessThan(20_000);
  expect(chunk?.lines.at(-1)).toMatch(/^— \d+ lines were cut here/);
});

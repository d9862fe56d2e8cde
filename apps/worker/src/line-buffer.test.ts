import { expect, test } from 'vitest';
import { LineBuffer } from './line-buffer.ts';

test('what the database did not take is given again, under its number, with what came since', () => {
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

test('lines without a letter fill it up too', () => {
  const buffer = new LineBuffer();
  for (let count = 0; count < 100_000; count += 1) buffer.add('aerender', '');
  const [chunk] = buffer.take();
  expect(chunk?.lines.length).toBeLessThan(20_000);
  expect(chunk?.lines.at(-1)).toMatch(/^— \d+ lines were cut here/);
});

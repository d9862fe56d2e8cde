import { expect, test } from 'vitest';
import { LineBuffer } from './line-buffer.ts';

test('unsent lines are given again with the same number, together with newer lines', () => {
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

/** Everything that the buffer gives, as a database that always answers would get it. */
function drain(buffer: LineBuffer): string[] {
  const lines: string[] = [];
  for (let chunks = buffer.take(); chunks.length > 0; chunks = buffer.take()) {
    for (const chunk of chunks) for (const line of chunk.lines) lines.push(line);
    buffer.sent(chunks);
  }
  return lines;
}

test('a burst is kept completely, in chunks of bounded size and number', () => {
  const buffer = new LineBuffer();
  const lines = Array.from({ length: 30_000 }, (_, line) => `${line} ${'x'.repeat(100)}`);
  for (const line of lines) buffer.add('aerender', line);
  const taken = buffer.take();
  expect(taken.length).toBeLessThanOrEqual(32);
  for (const chunk of taken)
    expect(chunk.lines.reduce((sum, line) => sum + line.length + 4, 0)).toBeLessThanOrEqual(65_536);
  expect(drain(buffer)).toEqual(lines);
});

test('while nothing is saved, memory is bounded; missing lines are counted in their place', () => {
  const buffer = new LineBuffer();
  const line = 'y'.repeat(1000);
  for (let count = 0; count < 10_000; count += 1) buffer.add('aerender', line);
  const before = drain(buffer);
  buffer.add('aerender', 'after');
  const all = [...before, ...drain(buffer)];
  const kept = all.indexOf(all.find((text) => text.startsWith('—')) ?? '');
  expect(kept).toBeGreaterThan(8000);
  expect(kept).toBeLessThan(8400);
  expect(all.slice(kept)).toEqual([
    `— ${10_000 - kept} lines were cut here: the database was too slow or away —`,
    'after',
  ]);
});

test('empty lines also count towards the limits', () => {
  const buffer = new LineBuffer();
  for (let count = 0; count < 3_000_000; count += 1) buffer.add('aerender', '');
  expect(drain(buffer).length).toBeLessThan(2_100_000);
});

test('an endless log ends with one line that says so', () => {
  const buffer = new LineBuffer();
  const line = 'z'.repeat(60_000);
  const last: string[] = [];
  for (let count = 0; count < 5000; count += 1) {
    buffer.add('nexrender', line);
    const chunks = buffer.take();
    buffer.sent(chunks);
    last.splice(0, last.length - 1);
    last.push(...chunks.flatMap((chunk) => chunk.lines));
  }
  expect(last.at(-1)).toBe('— the log is full at 256 MB: what follows is not kept —');
  expect(buffer.take()).toEqual([]);
});

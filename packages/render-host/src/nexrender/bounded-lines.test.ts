import { expect, test, vi } from 'vitest';
import { createBoundedLines } from './bounded-lines.mjs';

function collect(more: Partial<Parameters<typeof createBoundedLines>[0]> = {}) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const bounded = createBoundedLines({
    onLine: (line) => lines.push(line),
    now: () => clock.ms,
    ...more,
  });
  return { lines, clock, ...bounded, write: (text: string) => bounded.push(Buffer.from(text)) };
}

test('lines are complete, even if a chunk ends inside a letter or a line end', () => {
  const { lines, push, end } = collect();
  for (const byte of Buffer.from('Größe “x”\r\nzwei\n\nlast')) push(Buffer.from([byte]));
  end();
  expect(lines.map((line) => line.replace('\r', ''))).toEqual(['Größe “x”', 'zwei', '', 'last']);
});

test('a line without end takes limited memory, and the cut line says how much is missing', () => {
  const { lines, write, end } = collect({ longestLine: 10 });
  for (let count = 0; count < 1000; count += 1) write('x'.repeat(1000));
  write('\nnext\n');
  end();
  expect(lines).toEqual([`${'x'.repeat(10)} … (999990 characters cut)`, 'next']);
});

test('lines beyond the rate are left out and counted, and later lines pass again', () => {
  const { lines, clock, write, end } = collect({ bytesPerSecond: 10, burstBytes: 20 });
  write('123456789\n'.repeat(5));
  clock.ms += 2000;
  write('again\n');
  end();
  expect(lines).toEqual([
    '123456789',
    '123456789',
    '… 3 lines (30 characters) left out: more output than 10 bytes per second',
    'again',
  ]);
});

test('precious lines pass while ordinary lines are left out', () => {
  const { lines, write, end } = collect({
    bytesPerSecond: 10,
    burstBytes: 20,
    isPrecious: (line) => line.startsWith('PROGRESS'),
  });
  write(`${'123456789\n'.repeat(5)}PROGRESS 1\n`);
  end();
  expect(lines.slice(2)).toEqual([
    'PROGRESS 1',
    '… 3 lines (30 characters) left out: more output than 10 bytes per second',
  ]);
});

test('no line is lost when the system clock is set back', () => {
  const lines: string[] = [];
  vi.useFakeTimers({ toFake: ['Date'] });
  const { push } = createBoundedLines({ onLine: (line) => lines.push(line) });
  vi.setSystemTime(Date.now() - 3_600_000);
  push(Buffer.from('PROGRESS:  0:00:00:01 (1): 0 Seconds\n'));
  vi.useRealTimers();
  expect(lines).toEqual(['PROGRESS:  0:00:00:01 (1): 0 Seconds']);
});

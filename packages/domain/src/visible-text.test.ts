import { expect, test } from 'vitest';
import { visibleJson, visibleLine, visibleText } from './visible-text.ts';

test('characters that a terminal or a page obeys are written out', () => {
  expect(visibleText('a\u001b[2J\u009b31m\u0007\r\u007f')).toBe(
    String.raw`a\x1b[2J\x9b31m\x07\r\x7f`,
  );
  expect(visibleText('gpj\u202e.exe \u2066a\u2069 \u200e\u200f\u061c\ufeff\u2028')).toBe(
    String.raw`gpj\u202e.exe \u2066a\u2069 \u200e\u200f\u061c\ufeff\u2028`,
  );
});

test('tabs, line ends, other scripts and emoji stay unchanged', () => {
  const text = 'a\tb\nGröße שלום مرحبا می\u200cخواهم 👩\u200d🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿 �';
  expect(visibleText(text)).toBe(text);
});

test('visibleLine writes out the ends of lines', () => {
  expect(visibleLine('a\tb\nc\u001b')).toBe(String.raw`a\tb\nc\x1b`);
});

test('JSON that was made visible for a terminal has the same values', () => {
  const value = { name: 'a\u001b\u009b\u202e\u007f', lines: ['b\tc'] };
  const text = visibleJson(JSON.stringify(value, null, 2));
  expect(text).not.toMatch(/[\u007f-\u009f\u202e]/);
  expect(JSON.parse(text)).toEqual(value);
});

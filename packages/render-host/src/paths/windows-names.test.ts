import { expect, test } from 'vitest';
import { isMisreadByWindows } from './windows-names.ts';

test.each([
  'CON',
  'con',
  'nul.txt',
  'Aux.tar.gz',
  'PRN',
  'COM1',
  'com¹.log',
  'LPT9',
  'lpt0',
  'CONIN$',
  'conout$',
  'NUL .txt',
  'NUL:',
  'a.',
  'a ',
  '.',
  '..',
  'a:b',
  'C:evil',
  'a::$DATA',
])('%j is read as something else', (name) => expect(isMisreadByWindows(name)).toBe(true));

test.each([
  'a',
  'console',
  'nula',
  'com10',
  'x.con',
  '.nul',
  ' a',
  'CON-1',
  'com',
  'lptx.txt',
  'ä',
])('%j is a name', (name) => expect(isMisreadByWindows(name)).toBe(false));

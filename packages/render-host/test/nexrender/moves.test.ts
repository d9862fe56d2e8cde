import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { beforeEach, expect, test } from 'vitest';
import { findOutcome } from '../../src/nexrender/find-outcome.ts';
import { describeFile, describeFolder, type Move } from '../../src/nexrender/moves.mjs';

const BYTES = 'the film';
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const folder = folderOfFile('moves');
let made = 0;
let part = '';
let output = '';
beforeEach(() => {
  made += 1;
  const place = join(folder.path, String(made));
  mkdirSync(place);
  part = join(place, '.film.mp4.a1.part');
  output = join(place, 'film.mp4');
});

async function aFile(): Promise<Move> {
  writeFileSync(part, BYTES);
  return await describeFile(part, output, SHA256);
}
const found = (move: Move) => findOutcome(move, null);

test.each<[what: string, happens: () => void, outcome: string]>([
  ['is still there', () => undefined, 'none'],
  ['is still there, beside an earlier output', () => writeFileSync(output, 'old'), 'none'],
  ['got its final name', () => renameSync(part, output), 'published'],
  [
    'got its final name, and its time was changed since',
    () => {
      renameSync(part, output);
      utimesSync(output, 1, 1);
    },
    'published',
  ],
  [
    'got another inode on its way',
    () => {
      copyFileSync(part, output);
      rmSync(part);
    },
    'published',
  ],
  [
    'got its final name, and another program replaced it with as many bytes',
    () => {
      renameSync(part, output);
      writeFileSync(`${output}.new`, 'the mail');
      renameSync(`${output}.new`, output);
    },
    'unknown',
  ],
  ['is gone, and there is no output', () => rmSync(part), 'unknown'],
  [
    'was exchanged for another file',
    () => {
      writeFileSync(`${part}.new`, BYTES);
      renameSync(`${part}.new`, part);
    },
    'unknown',
  ],
  [
    'got its final name, and a folder has it now',
    () => {
      rmSync(part);
      mkdirSync(output);
    },
    'unknown',
  ],
])('a file whose part %s', async (_, happens, outcome) => {
  const move = await aFile();
  happens();
  expect(await found(move)).toBe(outcome);
});

test('a new folder is out when it has its final name', async () => {
  mkdirSync(part);
  writeFileSync(join(part, '1.png'), '1');
  const move = await describeFolder(part, output, '1.png');
  expect(await found(move)).toBe('none');
  renameSync(part, output);
  writeFileSync(join(output, 'of somebody else.txt'), '');
  expect(await found(move)).toBe('published');
  rmSync(output, { recursive: true });
  mkdirSync(output); // it may get the inode of the other folder
  writeFileSync(join(output, '1.png'), '1');
  expect(await found(move)).toBe('unknown');
});

test('files that go one by one are out when none is left in the part', async () => {
  mkdirSync(part);
  mkdirSync(output);
  for (const name of ['1.png', '2.png']) writeFileSync(join(part, name), name);
  const move: Move = { kind: 'files', part, path: output, count: 2 };
  const outcomes = [await found(move)];
  for (const name of readdirSync(part)) {
    renameSync(join(part, name), join(output, name));
    outcomes.push(await found(move));
  }
  expect(outcomes).toEqual(['none', 'unknown', 'published']);
});

import { expect, test } from 'vitest';
import { errorLines, failureLine, findLines, splitMatches, stepFrom } from './find-lines.ts';
import { linesOf } from './log-line.ts';
import { readLogHash, writeLogHash } from './log-place.ts';
import { type Layout, layOut, lineAt, sectionsOf, topOf } from './log-rows.ts';

const AT = '2026-03-01T12:00:00.000Z';
const aLog = (...lines: string[]) => linesOf({ at: AT, lines });
const LINES = aLog('> setup', 'PROGRESS: x', 'aerender Error: no font', 'progress: y', 'it failed');

test('find ignores case, and finds nothing for an empty text', () => {
  expect(findLines(LINES, 'Progress')).toEqual([1, 3]);
  expect(findLines(LINES, '')).toEqual([]);
});

test('a step goes on from the top after the last line, and from the end before the first', () => {
  const errors = errorLines(LINES);
  expect([null, 2, 4].map((from) => stepFrom(errors, from, 1))).toEqual([2, 4, 2]);
  expect([null, 4, 2].map((from) => stepFrom(errors, from, -1))).toEqual([4, 2, 4]);
  expect(stepFrom(errorLines(aLog('fine', 'terrors')), null, 1)).toBeUndefined();
});

test('a failure leads to the line with its words, or else to the last error', () => {
  const lines = aLog('aerender ERROR: no font.', 'fine', 'ERROR: other', 'the end');
  expect(failureLine(lines, 'After Effects reported an error: no font.')).toBe(0);
  expect(failureLine(lines, 'aerender ended with exit code 1.')).toBe(2);
  expect(failureLine(aLog('fine'), 'no font')).toBeNull();
});

test('each match of a line is a part of its own', () => {
  const shown = splitMatches('Shot_a and SHOT_b', 'shot').map(({ text, isMatch }) =>
    isMatch ? `[${text}]` : text,
  );
  expect(shown).toEqual(['[Shot]', '_a and ', '[SHOT]', '_b']);
  expect(splitMatches('İ shot', 'shot')).toEqual([{ text: 'İ shot', isMatch: false }]);
});

test('the address of a line names its attempt, unless that is the first', () => {
  for (const place of [
    { attempt: 1, line: 932 },
    { attempt: 3, line: 1 },
  ])
    expect(readLogHash(writeLogHash(place.attempt, place.line))).toEqual(place);
  expect(writeLogHash(1, 932)).toBe('L932');
  expect(readLogHash('#end')).toBeNull();
});

const FRAMES = aLog(
  'begin',
  ...[1, 2, 3, 4].map((n) => `PROGRESS:  0:00:00:0${n} (${n}): 0 s`),
  'end',
);
const LAYOUT: Layout = {
  isOpen: () => true,
  unfolded: new Set<number>(),
  dropped: 0,
  marked: null,
  columns: null,
};
const shownRows = (layout: Partial<Layout>) =>
  layOut(FRAMES, sectionsOf(FRAMES, []), { ...LAYOUT, ...layout })[0]?.rows.map((row) =>
    row.kind === 'line' ? row.line : [row.first, row.last, ...row.frames],
  );

test('a run of progress is one row, until somebody unfolds it or marks a line in it', () => {
  expect(shownRows({})).toEqual([0, [1, 4, 1, 4], 5]);
  expect(shownRows({ unfolded: new Set([1]) })).toEqual([0, 1, 2, 3, 4, 5]);
  expect(shownRows({ unfolded: new Set([7]), dropped: 6 })).toEqual([0, 1, 2, 3, 4, 5]);
  expect(shownRows({ marked: 3 })).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a wrapped line takes as many rows as it needs, and an empty line takes one', () => {
  const lines = aLog('abcdefg', '', 'h');
  const [section] = layOut(lines, sectionsOf(lines, []), { ...LAYOUT, columns: 3 });
  const rows = section?.rows.map((row) => (row.kind === 'line' ? [row.line, row.text] : []));
  expect(rows).toEqual([
    [0, 'abc'],
    [0, 'def'],
    [0, 'g'],
    [1, ''],
    [2, 'h'],
  ]);
});

test('a line belongs to the step that had begun, and a closed step shows only its head', () => {
  const time = (second: number) => Date.parse(AT) + second * 1000;
  const at = (second: number, text: string) =>
    linesOf({ at: new Date(time(second)).toISOString(), lines: [text] });
  const lines = [...at(0, 'a'), ...at(2, 'b'), ...at(3, 'c'), ...at(9, 'd')];
  const steps = [
    { name: 'download', startedAt: time(2) },
    { name: 'render', startedAt: time(5) },
  ];
  const sections = sectionsOf(lines, steps);
  expect(sections.map(({ step, first, end }) => [step?.name, first, end])).toEqual([
    ['setup', 0, 1],
    ['download', 1, 3],
    ['render', 3, 4],
  ]);
  const isOpen = ({ first }: { first: number }) => first > 0;
  const shown = layOut(lines, sections, { ...LAYOUT, isOpen });
  expect(shown.map(({ top, height }) => [top, height])).toEqual([
    [0, 32],
    [32, 72],
    [104, 52],
  ]);
  expect(topOf(shown, 2)).toBe(84);
  expect(topOf(shown, 0)).toBeNull();
  expect([0, 84, 140].map((px) => lineAt(shown, px))).toEqual([0, 2, 3]);
});

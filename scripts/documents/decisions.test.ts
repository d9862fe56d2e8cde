/*
 * A decision is a paragraph of a topic page, below its number. Every number that any file names
 * must have its paragraph.
 */
import { expect, test } from 'vitest';
import { readText } from '../tracked-files.ts';
import { all, FILES } from './read-documents.ts';

const FOLDER = 'docs/decisions/';
const INDEX = `${FOLDER}README.md`;
const NUMBER = /\b(00\d\d)\b/g;
const MENTIONS = [
  /\bdecisions? (?:\[)?((?:00\d\d(?:, and |, | and | to )?)+)/gi,
  /\((00\d\d(?:, 00\d\d| and 00\d\d)*)[^)]*\)/g,
];

type Decision = { readonly page: string; readonly number: string; readonly text: string };

const pages = FILES.filter((file) => file.startsWith(FOLDER) && file !== INDEX);
const index = (await readText(INDEX)) ?? '';
const decisions = (await Promise.all(pages.map(readPage))).flat();
const numbers = decisions.map(({ number }) => number);
/** Each replaced decision, with the decision that replaced it. */
const replaced = new Map(
  [...index.matchAll(/(\d{4}) is gone: (\d{4}) replaced it/g)].map(([, gone = '', by = '']) => [
    gone,
    by,
  ]),
);

async function readPage(page: string): Promise<Decision[]> {
  const [, ...parts] = ((await readText(page)) ?? '').split(/^### /m);
  return parts.map((part) => {
    const [number = '', ...lines] = part.split('\n');
    // Below its paragraph a decision may have a table of measurements.
    const [text = ''] = lines
      .join('\n')
      .trim()
      .split(/\n\n(?=\|)/);
    return { page, number, text };
  });
}

test('there are nine pages, and each number occurs once, in order within its page', () => {
  expect(pages.length).toBeLessThanOrEqual(9);
  for (const page of pages) {
    const own = decisions.filter((one) => one.page === page).map(({ number }) => number);
    expect(own, page).toEqual(own.toSorted());
  }
  const newest = numbers.toSorted().at(-1) ?? '';
  const every = Array.from({ length: Number(newest) }, (_, at) => String(at + 1).padStart(4, '0'));
  expect([...numbers, ...replaced.keys()].toSorted()).toEqual(every);
});

test('a decision is one paragraph of at most ten lines that begins with what was decided', () => {
  const wrong = decisions
    .filter(({ text }) => {
      const lines = text.split('\n');
      return !/^\*\*[^*]+[.]\*\* /.test(text.replaceAll('\n', ' ')) || lines.length > 10;
    })
    .map(({ number, page }) => `${page} ${number}`);
  expect(wrong, 'Begin with **What was decided.** and keep it short.').toEqual([]);
  expect(decisions.filter(({ text }) => text.includes('\n\n')).map(({ number }) => number)).toEqual(
    [],
  );
});

test('the list of pages has every number', async () => {
  const rows = await Promise.all(
    pages.map(async (page) => {
      const title = /^# (.*)$/m.exec((await readText(page)) ?? '')?.[1];
      const own = decisions.filter((one) => one.page === page).map(({ number }) => number);
      return `| [${title}](${page.slice(FOLDER.length)}) | ${own.join(' ')} |`;
    }),
  );
  const shown = index.split('\n').filter((line) => line.startsWith('| ['));
  expect(shown.toSorted(), `Correct ${INDEX}.`).toEqual(rows.toSorted());
});

test('a decision that is named anywhere has its paragraph', async () => {
  const texts = FILES.filter((file) => !/^pnpm-lock|\/migrations\/|before-baseline/.test(file));
  const found = await Promise.all(
    texts.map(async (file) => {
      // A comment may break the line between the word "decision" and the number.
      const text = ((await readText(file)) ?? '').replaceAll(/\s*\n[\s*#/-]*/g, ' ');
      const named = MENTIONS.flatMap((pattern) => all(text, pattern)).join(' ');
      return all(named, NUMBER)
        .filter((number) => !numbers.includes(number) && !isOwnWord(file, number))
        .map((number) => `${file} names decision ${number}`);
    }),
  );
  expect(found.flat(), 'Name the decision that replaced it.').toEqual([]);
});

test('pages name only numbers that exist, and a replaced one only where it was', () => {
  const found = decisions.flatMap(({ number, text }) =>
    all(text, NUMBER)
      .filter((other) => !numbers.includes(other) && replaced.get(other) !== number)
      .map((other) => `${number} names ${other}`),
  );
  expect(found).toEqual([]);
});

test('the changelog names no decision', async () => {
  expect((await readText('CHANGELOG.md')) ?? '').not.toMatch(/\bdecision|\(00\d\d\)/i);
});

function isOwnWord(file: string, number: string): boolean {
  return file.startsWith(FOLDER) && replaced.has(number);
}

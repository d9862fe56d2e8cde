/*
 * The SQL that an act sends is stored in packages/operations/statements, so that a reader sees it
 * and each change of it. After a change run `npx vitest run --config vitest.workspace.ts --project
 * operations statements -u`, and read the difference. Of lines that an earlier statement has, only
 * the first and the last are stored again.
 */
import { format } from 'sql-formatter';
import { expect, it } from 'vitest';
import { actsOn, aFarm, aQueuedJob, recordStatements } from '../testing/index.ts';

const farm = aFarm();
const { db, statements } = recordStatements(farm.db);
const acts = actsOn(farm, db, farm.workerOfFile());
/** The statements of the acts so far, each as its lines. */
const known: { readonly file: string; readonly lines: readonly string[] }[] = [];
/** Only a run of at least this many lines that an earlier statement has is left out. */
const LEAST_REPEATED_LINES = 12;

it.each(Object.entries(acts))('%s', async (name, prepare) => {
  await aQueuedJob(farm);
  const act = await prepare();
  statements.splice(0);
  expect(await act()).not.toHaveProperty('rejection');
  const file = `${name.replaceAll(/[^a-z]+/g, '-')}.sql`;
  const texts = statements.map((text) => {
    const lines = format(`${text};`, {
      language: 'postgresql',
      expressionWidth: 80,
      tabWidth: 2,
    }).split('\n');
    const shown = withoutRepeats(lines);
    known.push({ file, lines });
    return shown.join('\n');
  });
  await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot(`../statements/${file}`);
});

/** Of lines that an earlier statement has, the first and the last, and where the others stand. */
function withoutRepeats(lines: readonly string[]): readonly string[] {
  const shown: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const repeat = findRepeat(lines, at);
    const [line = '', end = ''] = [lines[at], lines[at + repeat.count - 1]];
    const indent = line.slice(0, line.length - line.trimStart().length);
    if (repeat.count < LEAST_REPEATED_LINES) shown.push(line);
    else shown.push(line, `${indent}-- … ${repeat.count - 2} lines as in ${repeat.file}`, end);
    at += repeat.count < LEAST_REPEATED_LINES ? 1 : repeat.count;
  }
  return shown;
}

/** The longest run of lines, from a place on, that an earlier statement has. */
function findRepeat(lines: readonly string[], from: number): { count: number; file: string } {
  let longest = { count: 0, file: '' };
  for (const { file, lines: earlier } of known) {
    for (let start = 0; start < earlier.length; start += 1) {
      let count = 0;
      while (
        from + count < lines.length &&
        start + count < earlier.length &&
        lines[from + count]?.trim() === earlier[start + count]?.trim()
      )
        count += 1;
      if (count > longest.count) longest = { count, file };
    }
  }
  return longest;
}

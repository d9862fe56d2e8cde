/*
 * The SQL that an act sends stands in packages/operations/statements, so that a reader sees it, and
 * a change of it. After a change: `npx vitest run --config vitest.workspace.ts --project operations
 * statements -u`, and read the difference.
 */
import { format } from 'sql-formatter';
import { expect, it } from 'vitest';
import { actsOn, aFarm, aQueuedJob, recordStatements } from '../testing/index.ts';

const farm = await aFarm();
const { db, statements } = recordStatements(farm.db);
const acts = await actsOn(farm, db);
/** Which act sent a statement first. */
const firstSentBy = new Map<string, string>();

it.each(Object.entries(acts))('%s', async (name, prepare) => {
  await aQueuedJob(farm);
  const act = await prepare();
  statements.splice(0);
  expect(await act()).not.toHaveProperty('rejection');
  const file = `${name.replaceAll(/[^a-z]+/g, '-')}.sql`;
  const texts = statements.map((text, index) => {
    const first = firstSentBy.get(text);
    const isRepeated =
      text.length > 100 && (first !== undefined || statements.indexOf(text) < index);
    firstSentBy.set(text, first ?? file);
    if (isRepeated)
      return `-- ${text.slice(0, 60).replaceAll(/\s+/g, ' ')}…: as in ${first ?? file}`;
    return `${format(text, { language: 'postgresql', expressionWidth: 80, tabWidth: 2 })};`;
  });
  await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot(`../statements/${file}`);
});

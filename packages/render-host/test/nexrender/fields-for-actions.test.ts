/* What actions and scripts of a job see of it. The real core runs the modules. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const host = ofEachTest(aHost);

/** Renders the job with a module in each list that writes down what it sees. */
async function see(fields: object): Promise<Record<string, unknown>[]> {
  const seen = join(host.base, 'seen');
  const module = await host.writeModule(
    'looker',
    `const { uid, tags, priority, client, workpath } = job;
     require('node:fs').appendFileSync(${JSON.stringify(seen)},
       JSON.stringify({ uid, tags, priority, client, isThere: workpath.length > 0 }) + '\\n');`,
  );
  const lists = ['predownload', 'postdownload', 'prerender', 'postrender'];
  const actions = Object.fromEntries(lists.map((list) => [list, [{ module }]]));
  const { end } = await host.render(
    { ...host.job, ...fields, actions },
    { actions: [module], localActions: [module] },
  );
  expect(end.kind).toBe('completed');
  const lines = (await readFile(seen, 'utf8')).trim().split('\n');
  return lines.map((line): Record<string, unknown> => JSON.parse(line));
}

test('each action sees the uid, the tags and the other fields of the submitter', async () => {
  const given = { uid: 'spot-7', tags: 'ae24,big', priority: 7, client: { name: 'ACME' } };
  const seen = { ...given, isThere: true };
  expect(await see({ ...given, workpath: '/elsewhere', resultname: 'x' })).toEqual([
    ...[seen, seen, seen, seen],
  ]);
});

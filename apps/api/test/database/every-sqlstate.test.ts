/*
 * PostgreSQL gives each SQLSTATE of the table of conditions in the middle of a write: a trigger
 * raises it. Each is answered as the table says, over REST and tRPC, and nothing was changed.
 */
import { databaseCondition, SQLSTATES } from '@renderdeck/store/connect';
import { beforeAll, expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';
import { askEverything, findLies, summarize } from './ask-everything.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);
let asking: Parameters<typeof askEverything>[0];
beforeAll(async () => {
  const headers = { authorization: `Bearer ${farm.secretOf('ada')}` };
  asking = { url: api.url, headers, jobId: (await farm.submit()).job.id };
  await farm.sql`create table raised (state text)`;
  await farm.sql`grant select on raised to public`;
  await farm.sql.unsafe(`
    create function raise_it() returns trigger language plpgsql as $$
      declare wanted text := (select min(state) from public.raised);
      begin
        if wanted is not null then raise 'raised by the test' using errcode = wanted; end if;
        return new;
      end $$`);
  // A token's last use is written to its row by reads, too.
  for (const on of ['insert or update on jobs', 'insert on api_tokens'])
    await farm.sql.unsafe(
      `create trigger raises before ${on} for each row execute function raise_it()`,
    );
});

test.each(Object.keys(SQLSTATES))('%s in a write is answered as the table says', async (state) => {
  await farm.sql`insert into raised values (${state})`;
  const all = await askEverything(asking, ['read', 'write', 'priority']);
  await farm.sql`delete from raised`;
  const raised = Object.assign(new Error(), { code: state, severity: 'ERROR' });
  const told = databaseCondition(raised);
  const code = told?.nothingDone === false ? 'outcome_unknown' : 'unavailable';
  const refused =
    told === null
      ? '500 internal, again after null'
      : `503 ${code}, again after ${told.retryAfterSeconds}`;
  expect(summarize(all)).toEqual([`priority: ${refused}`, 'read: done', `write: ${refused}`]);
  expect(await findLies(farm.sql, all)).toEqual([]);
});

test('afterwards every write is done again', async () => {
  const all = await askEverything(asking, ['read', 'write', 'priority']);
  expect(summarize(all)).toEqual(['priority: done', 'read: done', 'write: done']);
});

/*
 * A daemon that cannot start exits with code 1 and a sentence that says what to do. It leaves no
 * process and no file.
 */
import { testDatabase } from '@renderdeck/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { startDatabaseProxy } from './database-proxy.ts';
import { farmOfFile } from './farm/farm-of-file.ts';

const farm = farmOfFile();

const NOT_MIGRATED = process.env.RENDERDECK_TEST_POSTGRES ?? '';
const NO_SERVER = 'postgres://renderdeck:x@127.0.0.1:9/renderdeck';

test.each([
  [
    'bad settings',
    { DATABASE_URL: 'localhost', RENDERDECK_SLOTS: '0' },
    'DATABASE_URL is a postgres:// URL. RENDERDECK_SLOTS is a whole number from 1 to 64.',
  ],
  [
    'a database that is not migrated',
    { DATABASE_URL: NOT_MIGRATED },
    'run `npx -y pnpm@10.34.9 migrate` with the same DATABASE_URL',
  ],
  [
    'a database that does not answer',
    { DATABASE_URL: NO_SERVER },
    'The database at 127.0.0.1:9 cannot be reached: nothing listens there. ' +
      'Start it, or correct DATABASE_URL.',
  ],
  [
    'a scratch root that is a whole drive',
    { RENDERDECK_SCRATCH_ROOT: '/' },
    'Set RENDERDECK_SCRATCH_ROOT to a folder of its own.',
  ],
])('%s: code 1 and the sentence', async (_what, env, sentence) => {
  const said = await farm.startWorker('one', env).then(() => 'it is ready', String);
  expect(said).toMatch(
    /^Error: The worker ended with code 1 before it was ready: renderdeck worker: [^\n]*\n$/,
  );
  expect(said).toContain(sentence);
  expect(await farm.files()).toEqual([]);
});

test('a database user with too few rights: code 1, the missing rights and the grant', async () => {
  const database = await testDatabase();
  const url = await database.urlAs('renderdeck_api');
  const said = await farm
    .startWorker('one', { DATABASE_URL: url })
    .then(() => 'it is ready', String);
  expect(said).toMatch(
    new RegExp(
      ': renderdeck worker: The database lets [^\\n]* do too little ' +
        '[^\\n]*have "GRANT renderdeck_worker TO [^\\n]*\\n$',
    ),
  );
  expect(said).toContain('select on job_secrets');
  await database.drop();
});

test('without a connection left, a worker says so in one line and waits for its turn', async () => {
  const url = await farm.database.urlAs('renderdeck_worker');
  const line = await startDatabaseProxy(url);
  const role = decodeURIComponent(new URL(url).username);
  await farm.sql.unsafe(`alter role "${role}" connection limit 0`);
  const starting = farm.startWorker('one', { DATABASE_URL: line.url });
  await waitFor(() => line.accepted() >= 4, { what: 'the worker to try again and again' });
  await farm.sql.unsafe(`alter role "${role}" connection limit -1`);
  const worker = await starting;
  expect(worker.said().match(/has no connection left; .* This worker waits for its turn/g)).toEqual(
    [expect.any(String)],
  );
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  await line.close();
});

test('a second daemon is refused a used scratch root until the first is killed', async () => {
  const first = await farm.startWorker();
  const scratch = { RENDERDECK_SCRATCH_ROOT: farm.scratchOf('one') };
  await expect(farm.startWorker('two', scratch)).rejects.toThrow(
    `Another worker (process ${first.pid}) uses the scratch root ${farm.scratchOf('one')}`,
  );
  await first.kill();
  await farm.startWorker('two', scratch);
});

test('a host with a used name is refused until the lease of the first is over', async () => {
  const first = await farm.startWorker('one');
  const elsewhere = { RENDERDECK_SCRATCH_ROOT: farm.scratchOf('other') };
  await expect(farm.startWorker('one', elsewhere)).rejects.toThrow(
    `which was heard within its lease (process ${first.pid}, last heard `,
  );
  expect(first.said()).not.toContain('worker ends');
  await first.kill();
  await farm.endLease('one');
  await farm.startWorker('one', elsewhere);
});

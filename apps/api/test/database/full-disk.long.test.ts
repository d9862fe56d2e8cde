/*
 * A disk of the database is full: that of its data, or that of its WAL. The first only stops what
 * needs space. The second ends the whole server (PANIC), which an operator starts again.
 */
import { migrate } from '@renderdeck/store/connect';
import { waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { startOnSmallDisks, whyNoSmallDisks } from '@renderdeck/testing/small-disks';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, askEverything, findLies, summarize } from './ask-everything.ts';
import { startOwnApi } from './open-own-farm.ts';

const why = whyNoSmallDisks();
const FULL =
  '503 The database has no disk space left; free some on the disk of its data and of its WAL.';

/** A farm on small disks. All of it ends with the test. */
async function openSmallFarm() {
  const server = await startOnSmallDisks();
  onTestFinished(server.close);
  await migrate(server.url);
  const farm = await startOwnApi(server.url);
  onTestFinished(async () => void (await farm.api.end()));
  const sql = openSql(server.url);
  onTestFinished(() => sql.end({ timeout: 1 }));
  const all: Answer[] = [];
  return {
    ...farm,
    server,
    sql,
    all,
    async ask() {
      const more = await askEverything(farm.asking);
      all.push(...more);
      return summarize(more);
    },
    /** The API works as before, and no answer of the whole time was wrong. */
    async expectWorks() {
      await waitFor(async () => (await farm.readiness()) === '200', { withinMs: 60_000 });
      const more = await askEverything(farm.asking);
      expect(summarize(more)).toEqual([
        'priority: done',
        'read: done',
        'signIn: done',
        'write: done',
      ]);
      expect(await findLies(sql, [...all, ...more])).toEqual([]);
      for (const { status } of all) expect([200, 201, 503]).toContain(status);
    },
  };
}

test.skipIf(why !== '')(
  `with a full disk of its data, changes are refused, the API is not ready${why}`,
  async () => {
    const { server, ask, readiness, all, expectWorks } = await openSmallFarm();
    expect(await readiness()).toBe('200');
    await server.fill('data');
    await waitFor(async () => (await readiness()) === FULL);
    // Pages that exist have room for some more rows.
    await waitFor(async () => (await ask()).includes('write: 503 unavailable, again after 30'));
    expect(all.filter(({ kind, code }) => kind === 'read' && code !== 'done')).toEqual([]);
    expect(all.filter(({ code }) => code === 'internal')).toEqual([]);
    await server.free('data');
    await expectWorks();
  },
  120_000,
);

test.skipIf(why !== '')(
  `with a full disk of its WAL the server ends, and no answer is wrong${why}`,
  async () => {
    const { server, ask, readiness, all, sql, expectWorks } = await openSmallFarm();
    await server.fill('wal');
    // The next segment of the WAL finds no space.
    const filling = sql`
      do $$ begin loop perform pg_logical_emit_message(false, 'fill', repeat('x', 8192)); end loop;
      end $$`.catch(() => undefined);
    await waitFor(async () => (await ask()).includes('read: 503 unavailable, again after 5'));
    await filling;
    expect(await readiness()).toMatch(/^503 /);
    expect(all.filter(({ code }) => code === 'internal')).toEqual([]);
    await server.free('wal');
    await server.startAgain();
    await expectWorks();
  },
  120_000,
);

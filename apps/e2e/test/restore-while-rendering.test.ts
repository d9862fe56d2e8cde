/*
 * A dump is restored while hosts render: the database goes back to an earlier moment under their
 * feet. The hosts report what they have done since. A host does not render a job again that its own
 * journal says is completed. If another host claims the job first, the job says so.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startFarmUnderTest } from '@renderdeck/standalone/testing';
import { migrate } from '@renderdeck/store/connect';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { databaseAt } from './farm/replicated-database.ts';

const LONG = { frames: 6000, frameMs: 20 } as const;
const postgres = await findSystemPostgres();
const skipped = typeof postgres === 'string' ? ` (skipped: ${postgres})` : '';

/** A database in a cluster of its own, which can go back to its dump. */
async function startDatabase() {
  if (typeof postgres === 'string') throw new Error(postgres);
  const folder = await temporaryFolder('restored-farm');
  onTestFinished(() => folder.remove());
  await mkdir(join(folder.path, 'cluster'));
  const cluster = await postgres.startCluster(join(folder.path, 'cluster'));
  onTestFinished(cluster.stop);
  const url = cluster.url('farm');
  const run = async (database: string, statement: string) => {
    const sql = openSql(cluster.url(database));
    await sql.unsafe(statement);
    await sql.end();
  };
  await run('postgres', 'create database farm');
  await migrate(url);
  const dump = join(folder.path, 'cluster', 'farm.dump');
  return {
    open: async () => databaseAt(url),
    dump: () => postgres.run('pg_dump', ['--format=custom', `--file=${dump}`, url]),
    /** The restored database takes the name when it is complete: programs write at once. */
    async restore() {
      const restored = cluster.url('restored');
      await run('postgres', 'create database restored');
      const into = ['--exit-on-error', '--no-acl', `--dbname=${restored}`, dump];
      await postgres.run('pg_restore', into);
      await migrate(restored);
      await run('postgres', 'drop database farm with (force)');
      await run('postgres', 'alter database restored rename to farm');
    },
  };
}

const inode = async (path: string) => (await stat(path)).ino;

test.skipIf(typeof postgres === 'string')(
  `a restore while hosts render loses no end and no output${skipped}`,
  async () => {
    const database = await startDatabase();
    const farm = await startFarmUnderTest(
      { RENDERDECK_SLOTS: '2' },
      { openDatabase: database.open },
    );
    onTestFinished(farm.close);
    const worker = await farm.startWorker();
    const cancelled = await farm.submit({ project: LONG });
    const running = await farm.submit({ held: true });
    for (const { id } of [cancelled, running]) await farm.untilPhase(id, 'rendering');
    const waiting = await farm.submit();
    await database.dump();

    await farm.cancel(cancelled.id);
    await farm.until(cancelled.id, 'CANCELLED');
    await farm.until(waiting.id, 'COMPLETED', 60_000);
    const unknown = await farm.submit();
    await farm.until(unknown.id, 'COMPLETED', 60_000);
    const [ofWaiting, ofUnknown] = [await inode(waiting.output), await inode(unknown.output)];

    await database.restore();
    const show = (id: string) => farm.show(id).catch(() => null);
    await waitFor(async () => (await show(cancelled.id))?.job.receipt?.outcome === 'cancelled', {
      withinMs: 120_000,
      what: 'the cancel to come back',
    });
    await waitFor(async () => (await show(waiting.id))?.job.status === 'COMPLETED', {
      withinMs: 120_000,
      what: 'the end to come back',
    });
    await farm.untilHost('one', 'with the lost output', (host) => host.lostOutputs.length > 0);
    await running.release();
    await farm.until(running.id, 'COMPLETED', 120_000);
    expect(await inode(unknown.output)).toBe(ofUnknown);
    expect(await inode(waiting.output)).toBe(ofWaiting);
    for (const { id } of [waiting, running]) {
      const { job, attempts } = await farm.show(id);
      expect(job.warnings).toEqual([]);
      expect(attempts.filter(({ output }) => output !== 'none')).toMatchObject([
        { outcome: 'completed', output: 'published' },
      ]);
    }
    expect((await farm.show(waiting.id)).attempts.length).toBe(1);
    expect(await farm.processes()).toEqual([]);
    expect(await worker.end()).toEqual({ code: 0, signal: null });
  },
  300_000,
);

test.skipIf(typeof postgres === 'string')(
  `a job that another host claims before its end comes back says so${skipped}`,
  async () => {
    const database = await startDatabase();
    const farm = await startFarmUnderTest({}, { openDatabase: database.open });
    onTestFinished(farm.close);
    const job = await farm.submit();
    await database.dump();
    const one = await farm.startWorker('one');
    await farm.until(job.id, 'COMPLETED', 60_000);
    const first = await inode(job.output);
    expect(await one.end()).toEqual({ code: 0, signal: null });

    await database.restore();
    await farm.startWorker('two');
    await waitFor(async () => (await inode(job.output)) !== first, {
      withinMs: 120_000,
      what: 'the second render',
    });
    await farm.until(job.id, 'COMPLETED', 60_000);
    expect((await farm.show(job.id)).job.warnings).toEqual([]);
    await farm.startWorker('one');
    const warnings = async () => (await farm.show(job.id)).job.warnings;
    const isTwice = (warning: string) => warning.includes('may have been published twice');
    await waitFor(async () => (await warnings()).some(isTwice), {
      withinMs: 60_000,
      what: 'the warning',
    });
  },
  300_000,
);

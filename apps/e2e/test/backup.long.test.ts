/*
 * The steps of docs/backup.md, from its text, on a farm that renders: a dump that is restored on
 * another server, and a restore to an earlier time. Both servers are real and have PostgreSQL's own
 * programs. Then the farm works on the new server, with the logins and the receipts of before.
 */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startApi } from '@renderdeck/api/testing';
import type { WireJob } from '@renderdeck/contract';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { migrate } from '@renderdeck/store/connect';
import { type TestDatabase, temporaryFolder, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { findSystemPostgres, type SystemCluster } from '@renderdeck/testing/system-postgres';
import { findFreePort } from '@renderdeck/testing/system-user';
import { expect, onTestFinished, test } from 'vitest';
import { addHostLogin } from './farm/host-logins.ts';
import { installCommand } from './farm/install-command.ts';
import { stepsOf, withValues } from './farm/steps-of-page.ts';

const PASSWORD = 'of this test alone';
const postgres = await findSystemPostgres();
const skipped = typeof postgres === 'string' ? ` (skipped: ${postgres})` : '';
const backs = test.skipIf(typeof postgres === 'string');

/** A server of the machine's own PostgreSQL, and a shell that keeps its variables between steps. */
async function startServers(...names: readonly string[]) {
  if (typeof postgres === 'string') throw new Error(postgres);
  const folder = await temporaryFolder('backup');
  onTestFinished(() => folder.remove());
  const clusters: SystemCluster[] = [];
  for (const name of names) {
    await mkdir(join(folder.path, name));
    const cluster = await postgres.startCluster(join(folder.path, name));
    onTestFinished(() => cluster.stop().catch(() => undefined));
    clusters.push(cluster);
  }
  const bin = join(folder.path, 'bin');
  await installCommand(bin, 'migrate', 'packages/store/src/migrate-main.ts');
  const scripts = await folderIn(folder.path, 'shell');
  const values = join(scripts, 'values');
  return {
    clusters,
    /** Makes a folder that the user of the servers may write. */
    folderOf: (name: string) => folderIn(folder.path, name),
    pathOf: (name: string) => join(folder.path, 'shell', name),
    /** Runs a step as the user of the servers. It has the values of the steps before. */
    run: (step: string) =>
      postgres.runScript(`PATH=${bin}:$PATH
        if [ -f ${values} ]; then . ${values}; fi
        ${step}
        declare -p | grep -E '^declare -- [A-Z_]+=' >${values}`),
  };
}

async function folderIn(top: string, name: string): Promise<string> {
  const path = join(top, name);
  await mkdir(path);
  await chmod(path, 0o777);
  return path;
}

/** The database `farm` on a server, with the owner and the logins that docs/production.md makes. */
async function openDatabase(cluster: SystemCluster): Promise<TestDatabase> {
  const run = async (database: string, statement: string) => {
    const sql = openSql(cluster.url(database), 1);
    await sql.unsafe(statement);
    await sql.end();
  };
  await run('postgres', `create role farm_owner login createrole password '${PASSWORD}'`);
  await run('postgres', 'create database farm owner farm_owner');
  const url = cluster.url('farm');
  const urlWith = (login: string, password: string) => withLogin(url, login, password);
  await migrate(urlWith('farm_owner', PASSWORD));
  return {
    url,
    urlWith,
    async urlAs(role) {
      const login = role.replace('renderdeck', 'farm');
      await run('farm', `create role ${login} login password '${PASSWORD}' in role ${role}`);
      return urlWith(login, PASSWORD);
    },
    drop: async () => {},
  };
}

function withLogin(url: string, username: string, password: string): string {
  return Object.assign(new URL(url), { username, password }).href;
}

/** The farm on the new server: an API there, and the worker with the address of the new server. */
async function goOn(farm: FarmUnderTest, url: string, ownLogin: string) {
  const api = await startApi({
    DATABASE_URL: withLogin(url, 'farm_api', PASSWORD),
    RENDERDECK_LOG_LEVEL: 'error',
    RENDERDECK_MAX_DELAY_MS: '0',
  });
  expect(api.url, api.said()).not.toBe('');
  onTestFinished(async () => void (await api.end()));
  const { username, password } = new URL(ownLogin);
  await farm.startWorker('one', { DATABASE_URL: withLogin(url, username, password) });
  const show = async (id: string) => {
    const headers = { authorization: `Bearer ${farm.token}` };
    const answer = await fetch(`${api.url}/api/jobs/${id}`, { headers });
    const { job = null }: { job?: WireJob | null } = Object(await answer.json());
    return { status: answer.status, job };
  };
  return {
    show,
    until: (id: string, status: string) =>
      waitFor(
        async () => {
          const { job } = await show(id);
          if (job?.status === status) return job;
          throw new Error(`it is ${job?.status} ${job?.failure ?? ''}`);
        },
        { withinMs: 120_000, what: `job ${id} to be ${status} on the new server` },
      ),
  };
}

/** A farm on this server with one host, which has a login of its own and renders a job. */
async function startFarm(cluster: SystemCluster) {
  const farm = await startFarmUnderTest(
    {},
    // The API is a program, because it logs errors while its server is away.
    { openDatabase: () => openDatabase(cluster), api: {} },
  );
  onTestFinished(farm.close);
  const ownLogin = await addHostLogin(farm.database, 'one');
  const worker = await farm.startWorker('one', { DATABASE_URL: ownLogin });
  const running = await farm.submit({ held: true });
  await farm.untilPhase(running.id, 'rendering');
  return { farm, ownLogin, worker, running };
}

backs(
  `a farm that renders is dumped, and goes on on another server${skipped}`,
  async () => {
    const servers = await startServers('old', 'new');
    const [old, other] = servers.clusters;
    if (old === undefined || other === undefined) throw new Error('There are two servers.');
    const { farm, ownLogin, worker, running } = await startFarm(old);
    const stopped = await farm.submit({ priority: 40 });
    await farm.cancel(stopped.id);
    const [values = '', save = '', restore = '', rights = ''] = await stepsOf(
      'backup.md',
      'On another machine, from a dump',
    );
    const top = (cluster: SystemCluster) => cluster.url('').replace(/\/$/, '');
    await servers.run(
      withValues(values, {
        OLD: top(old),
        NEW: top(other),
        SUPERUSER: 'renderdeck',
        OWNER: 'farm_owner',
        OWNER_URL: withLogin(other.url('farm'), 'farm_owner', PASSWORD),
        FARM: 'farm',
        BACKUP: await servers.folderOf('saved'),
      }),
    );
    await servers.run(save);
    const before = await farm.show(stopped.id);
    expect((await farm.show(running.id)).attempts).toMatchObject([{ number: 1, outcome: null }]);

    expect(await worker.end()).toEqual({ code: 0, signal: null });
    await servers.run(restore);
    const migrated = await servers.run(`{ ${rights}\n} 2>&1`);
    expect(migrated).toContain('The database is migrated.');
    expect(migrated).not.toContain('Every login');
    const farmThere = await goOn(farm, other.url('farm'), ownLogin);
    expect((await farmThere.show(stopped.id)).job?.receipt).toEqual(before.job.receipt);
    await running.release();
    await farmThere.until(running.id, 'COMPLETED');
  },
  300_000,
);

backs(
  `a farm goes back to the moment before a mistake${skipped}`,
  async () => {
    const servers = await startServers('old');
    const [old] = servers.clusters;
    if (old === undefined) throw new Error('There is a server.');
    const { farm, ownLogin, worker, running } = await startFarm(old);
    const waiting = await farm.submit();
    const sql = openSql(old.url('postgres'), 1);
    await sql.unsafe(
      `alter system set unix_socket_directories = '${await servers.folderOf('sockets')}'`,
    );
    const [values = '', archive = '', base = '', end = '', moment = '', restore = ''] =
      await stepsOf('backup.md', 'At an earlier time');
    const port = await findFreePort();
    const data = servers.pathOf('restored');
    await servers.run(
      withValues(values, {
        OLD: old.url('').replace(/\/$/, ''),
        OLD_DATA: old.data,
        ARCHIVE: await servers.folderOf('archive'),
        BACKUP: await servers.folderOf('saved'),
        DATA: data,
        PORT: String(port),
      }),
    );
    await sql.end();
    await servers.run(archive);
    await servers.run(base);

    const known = await waitFor(() => farm.submit({ priority: 10 }));
    const after = openSql(old.url('postgres'), 1);
    const [now] = await after<{ at: string }[]>`select clock_timestamp()::text as at`;
    await after.end();
    await farm.cancel(waiting.id);
    const unknown = await farm.submit();
    expect(await worker.end()).toEqual({ code: 0, signal: null });
    await servers.run(end);
    await servers.run(withValues(moment, { MOMENT: now?.at ?? '' }));
    const stop = `pg_ctl stop --pgdata=${data} --mode=fast --wait`;
    onTestFinished(async () => void (await servers.run(stop).catch(() => undefined)));
    // The superuser of this server has another name.
    await servers.run(restore.replace('//postgres@', '//renderdeck@'));

    const url = Object.assign(new URL(old.url('farm')), { port }).href;
    const farmThere = await goOn(farm, url, ownLogin);
    expect(await farmThere.show(unknown.id)).toMatchObject({ status: 404 });
    await running.release();
    for (const { id } of [running, waiting, known]) await farmThere.until(id, 'COMPLETED');
  },
  300_000,
);

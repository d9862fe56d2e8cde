/*
 * An update from the previous release, with its own programs: two APIs and three workers of it
 * render while `migrate` of this version changes their database, and are replaced one by one. The
 * test asks over HTTP, as a client does that knows neither version.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { type ApiProgram, startApi } from '@renderdeck/api/testing';
import {
  type FarmUnderTest,
  startFarmUnderTest,
  type WorkerUnderTest,
} from '@renderdeck/standalone/testing';
import { migrate } from '@renderdeck/store/connect';
import { testDatabase, waitFor } from '@renderdeck/testing';
import { makeNewerVersion } from '@renderdeck/testing/newer-version';
import { openSql } from '@renderdeck/testing/open-sql';
import {
  emptyDatabase,
  explainNoRelease,
  installPreviousRelease,
  type PreviousRelease,
} from '@renderdeck/testing/previous-release';
import { startCommand } from '@renderdeck/worker/testing';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const NOT_MIGRATED = 'The database is not migrated to this version';
const NEEDS_NEWER = 'The database needs a newer version of Renderdeck; start that version.';
const IN_ORDER = { code: 0, signal: null };
const HOSTS = ['one', 'two', 'three'];

const missing = await explainNoRelease();
const skipped = missing === null ? '' : ` (skipped: ${missing})`;
let release: PreviousRelease;
let oldApi: ApiProgram;
let oldWorker: ApiProgram;

type Job = { readonly id: string; readonly status: string; readonly failure: string | null };
type Attempt = { readonly number: number; readonly host: string; readonly outcome: string | null };
type Host = { readonly name: string; readonly state: string };

/** What a client does at one of the APIs. */
function clientOf(farm: FarmUnderTest, url: string) {
  let submitted = 0;
  const send = async <Read>(method: string, path: string, body?: unknown): Promise<Read> => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${farm.token}`, ...type },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    expect(answer.ok, text).toBe(true);
    return JSON.parse(text);
  };
  const read = (id: string) => send<{ job: Job; attempts: Attempt[] }>('GET', `/jobs/${id}`);
  const attemptsOf = async (id: string) => (await read(id)).attempts;
  return {
    isReady: async () => (await fetch(`${url}/readyz`)).status === 200,
    /** The job waits before its last frame until `release` is called. */
    async submit(name: string) {
      submitted += 1;
      const title = `${name}-${new URL(url).port}-${submitted}`;
      const gate = join(farm.folders.assets, `${title}.released`);
      const project = { frames: 10, frameMs: 5, launchMs: 1, waitsFor: gate };
      const files = await writeSampleFiles(farm.folders.assets, title, project);
      const outputPath = join(farm.folders.output, `${title}.avi`);
      const job = sampleJob({ ...files, outputPath, title });
      const { id } = (await send<{ job: Job }>('POST', '/jobs', { job, name: title })).job;
      return { id, release: () => writeFile(gate, '') };
    },
    until: (id: string, status: string) =>
      waitFor(
        async () => {
          const { job } = await read(id);
          if (job.status !== status) throw new Error(`it is ${job.status} ${job.failure ?? ''}`);
          return job;
        },
        { withinMs: 60_000, what: `job ${id} to be ${status}` },
      ),
    /** The cancel is proven within this time, or the receipt says why not. */
    async cancel(id: string) {
      const { receipt } = await send<{ receipt: object }>('DELETE', `/jobs/${id}?waitMs=30000`);
      expect(receipt).toMatchObject({ outcome: 'cancelled', survivors: [] });
    },
    untilEnding: (host: string) =>
      waitFor(
        async () => {
          const { hosts } = await send<{ hosts: Host[] }>('GET', '/hosts');
          return hosts.some(({ name, state }) => name === host && state === 'ending');
        },
        { withinMs: 60_000, what: `host ${host} to be ending` },
      ),
    attemptsOf,
    hostOf: async (id: string) => String((await attemptsOf(id))[0]?.host),
  };
}

/** A farm of the previous release: two APIs, three workers. */
async function aPreviousFarm() {
  const openDatabase = async () => {
    const database = await testDatabase();
    const sql = openSql(database.url, 1);
    await emptyDatabase(sql);
    await sql.end();
    await release.migrate(database.url);
    return database;
  };
  const farm = await startFarmUnderTest({}, { openDatabase, api: {}, apiProgram: oldApi });
  onTestFinished(farm.close);
  const open = async (program?: ApiProgram) => {
    const env = { DATABASE_URL: farm.apiDatabaseUrl, RENDERDECK_LOG_LEVEL: 'error' };
    const api = await startApi({ ...env, RENDERDECK_MAX_DELAY_MS: '0' }, program);
    onTestFinished(async () => void (await api.end()));
    return api;
  };
  const second = await open(oldApi);
  const started = HOSTS.map(
    async (host) => [host, await farm.startWorker(host, {}, [], oldWorker)] as const,
  );
  const workers = new Map<string, WorkerUnderTest>(await Promise.all(started));
  return { farm, workers, second, startApi: open };
}

/** The levels that a database names. */
async function levelsOf(url: string) {
  const sql = openSql(url, 1);
  const [row] = await sql<{ level: number; least: number }[]>`
    select level, least_level as least from applied_functions`;
  await sql.end();
  return row;
}

describe.skipIf(missing !== null)(`an update from the previous release${skipped}`, () => {
  beforeAll(async () => {
    release = await installPreviousRelease();
    const of = async (entry: string): Promise<ApiProgram> => ({
      command: await release.command(entry),
      cwd: release.folder,
    });
    oldApi = await of('apps/api/src/main.ts');
    oldWorker = await of('apps/worker/src/main.ts');
  });

  test('its programs go on, start again, and are replaced; no render is lost', async () => {
    const rolling = await aPreviousFarm();
    const { farm, second } = rolling;
    const [old, other] = [clientOf(farm, farm.url), clientOf(farm, second.url)];
    const kept = await old.submit('kept');
    const stopped = await old.submit('stopped');
    const stoppedLater = await other.submit('stopped-later');
    for (const { id } of [kept, stopped, stoppedLater]) await old.until(id, 'RENDERING');
    const waiting = await other.submit('waiting');

    await migrateUnder(rolling);
    for (const client of [old, other]) expect(await client.isReady()).toBe(true);
    await other.cancel(stopped.id);
    await waiting.release();
    await old.until(waiting.id, 'COMPLETED');
    const idle = await restart(rolling, await old.hostOf(waiting.id), oldWorker);
    expect(await second.end()).toEqual(IN_ORDER);
    expect(await clientOf(farm, (await rolling.startApi(oldApi)).url).isReady()).toBe(true);

    const api = clientOf(farm, (await rolling.startApi()).url);
    const ofStopped = await api.hostOf(stoppedLater.id);
    await api.cancel(stoppedLater.id);
    for (const host of [idle.name, ofStopped]) await restart(rolling, host);
    const ofNewWorker = await old.submit('of-a-new-worker');
    await old.until(ofNewWorker.id, 'RENDERING');
    await old.cancel(ofNewWorker.id);

    // The last old worker ends its render first.
    const lastOld = await api.hostOf(kept.id);
    const { ended } = startCommand(['stop', '--drain'], {
      ...farm.settingsOf(lastOld),
      DATABASE_URL: '',
    });
    await api.untilEnding(lastOld);
    await kept.release();
    expect((await ended).exitCode).toBe(0);
    await api.until(kept.id, 'COMPLETED');
    expect(await api.attemptsOf(kept.id)).toMatchObject([{ number: 1, outcome: 'completed' }]);
  });

  test('its programs are refused by the release after this one, with a sentence', async () => {
    const { farm, second } = await aPreviousFarm();
    const newer = await makeNewerVersion();
    onTestFinished(newer.remove);
    await newer.migrate(farm.database.url);
    for (const url of [farm.url, second.url]) {
      const answer = await fetch(`${url}/readyz`);
      expect({ status: answer.status, text: await answer.text() }).toMatchObject({
        status: 503,
        text: expect.stringContaining(NEEDS_NEWER),
      });
    }
    await expect(farm.startWorker('four', {}, [], oldWorker)).rejects.toThrow(NEEDS_NEWER);
  });
});

type Rolling = Awaited<ReturnType<typeof aPreviousFarm>>;

/** This version waits for `migrate`, which leaves the previous release in use, but not its own. */
async function migrateUnder({ farm, startApi }: Rolling): Promise<void> {
  expect((await startApi()).said()).toContain(NOT_MIGRATED);
  await expect(farm.startWorker('four')).rejects.toThrow(NOT_MIGRATED);
  const before = await levelsOf(farm.database.url);
  await migrate(farm.database.url);
  const level = before?.level ?? 0;
  expect(await levelsOf(farm.database.url)).toEqual({ level: level + 1, least: level });
  await expect(release.migrate(farm.database.url)).rejects.toThrow('by a newer version');
}

/** Ends the worker of a host in order, and starts one of a release, by default of this version. */
async function restart({ farm, workers }: Rolling, host: string, program?: ApiProgram) {
  expect(await workers.get(host)?.end()).toEqual(IN_ORDER);
  const worker = await farm.startWorker(host, {}, [], program);
  workers.set(host, worker);
  return worker;
}

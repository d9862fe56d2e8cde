import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  installStandIn,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from '@renderdeck/aerender-stand-in';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { type AdminContext, getJob, submitJob } from '@renderdeck/operations';
import { connect, migrate, type Store } from '@renderdeck/store/connect';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { waitFor } from '@renderdeck/testing/wait-for';
import { startWorkerUnderTest, type WorkerUnderTest } from '@renderdeck/worker/testing';

export type BenchFarm = Awaited<ReturnType<typeof startBenchFarm>>;
export type BenchDatabase = {
  readonly url: string;
  readonly store: Store;
  readonly sql: Sql;
  readonly admin: AdminContext;
};

const TEMPLATE = 'bench_template';
const REQUEST_CONTEXT = {
  actor: { kind: 'system', name: 'bench' },
  channel: 'bench',
  address: null,
  requestId: null,
} as const;

/** Starts a PostgreSQL without fsync, and makes databases, workers and jobs. `close` ends all. */
export async function startBenchFarm() {
  const folder = await temporaryFolder('bench');
  const server = await startLocalPostgres({
    dataDir: join(folder.path, 'postgres'),
    throwAway: true,
  });
  const root = openSql(server.url('postgres'));
  await root`CREATE DATABASE ${root(TEMPLATE)}`;
  await migrate(server.url(TEMPLATE));
  const folders = { assets: join(folder.path, 'assets'), output: join(folder.path, 'out') };
  for (const path of Object.values(folders)) await mkdir(path);
  const { aerender } = await installStandIn(join(folder.path, 'ae'));
  const databases: BenchDatabase[] = [];
  const workers: WorkerUnderTest[] = [];
  let made = 0;

  return {
    folders,
    aerender,
    /** An empty, migrated database. */
    async database(): Promise<BenchDatabase> {
      const name = `bench_${databases.length + 1}`;
      await root`CREATE DATABASE ${root(name)} TEMPLATE ${root(TEMPLATE)}`;
      const database = openDatabase(server.url(name));
      databases.push(database);
      return database;
    },
    async worker({ url }: BenchDatabase): Promise<WorkerUnderTest> {
      const worker = await startWorkerUnderTest(`bench-${workers.length + 1}`, {
        DATABASE_URL: url,
        RENDERDECK_AERENDER: aerender,
        RENDERDECK_SCRATCH_ROOT: join(folder.path, `s-${workers.length + 1}`),
        RENDERDECK_ASSET_ROOTS: folders.assets,
        RENDERDECK_OUTPUT_ROOTS: folders.output,
        RENDERDECK_LOG_LEVEL: 'warn',
      });
      workers.push(worker);
      return worker;
    },
    /** Makes a nexrender job with its own files. */
    async sample(project: SampleProject): Promise<Record<string, unknown>> {
      made += 1;
      const title = `sample-${made}`;
      const files = await writeSampleFiles(folders.assets, title, project);
      return sampleJob({ ...files, outputPath: join(folders.output, `${title}.avi`), title });
    },
    async close(): Promise<void> {
      for (const worker of workers) await worker.end().catch(() => worker.kill());
      for (const { store, sql } of databases) await Promise.all([store.close(), sql.end()]);
      await root.end();
      await server.stop();
      await folder.remove();
    },
  };
}

function openDatabase(url: string): BenchDatabase {
  const store = connect(url, { name: 'bench', poolSize: 8 });
  const admin = { db: store.db, requestContext: REQUEST_CONTEXT, newId: randomUUID };
  return { url, store, sql: openSql(url, 4), admin };
}

/** Submits a job and gives its id. */
export async function submit(
  { admin }: BenchDatabase,
  nexrenderJob: Record<string, unknown>,
): Promise<string> {
  const submission = { name: 'bench', priority: 50, nexrenderJob, limits: {} };
  const submitted = await submitJob(admin, submission);
  if (!submitted.ok) throw new Error(submitted.rejection.code);
  return submitted.view.job.id;
}

/** Waits until the job is in the expected state. Gives the job with its attempts. */
export async function untilJob(
  { admin }: BenchDatabase,
  id: string,
  what: string,
  isReached: (job: { status: string; phase: string | null }) => boolean,
  withinMs = 60_000,
) {
  return await waitFor(
    async () => {
      const found = await getJob(admin, { id });
      if (!found.ok) throw new Error(`no job ${id}`);
      const { status, failure } = found.view.job;
      const phase = found.attempts[0]?.phase ?? null;
      if (isReached({ status, phase })) return found;
      throw new Error(`it is ${status} in phase ${phase} ${failure ?? ''}`);
    },
    { withinMs, what: `job ${id} to be ${what}` },
  );
}

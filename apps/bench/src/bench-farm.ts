import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  installStandIn,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from '@renderdeck/aerender-stand-in';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { startWorkerUnderTest, type WorkerUnderTest } from '@renderdeck/worker/testing';
import { type BenchDatabase, openBenchDatabases } from './bench-databases.ts';

export type { BenchDatabase } from './bench-databases.ts';
export type BenchFarm = Awaited<ReturnType<typeof startBenchFarm>>;

/** Enough for a thousand hosts, each with a listening connection. */
const CONNECTIONS = 1300;

/** Starts a PostgreSQL. Makes databases, workers and jobs on request. `close` ends all of them. */
export async function startBenchFarm({ maxConnections = CONNECTIONS } = {}) {
  const folder = await temporaryFolder('bench');
  const server = await startLocalPostgres({
    dataDir: join(folder.path, 'postgres'),
    throwAway: true,
    maxConnections,
  });
  const { close: closeDatabases, ...databases } = await openBenchDatabases(server);
  const folders = { assets: join(folder.path, 'assets'), output: join(folder.path, 'out') };
  for (const path of Object.values(folders)) await mkdir(path);
  const { aerender } = await installStandIn(join(folder.path, 'ae'));
  const workers: WorkerUnderTest[] = [];
  let made = 0;

  return {
    ...databases,
    postgresPid: server.pid,
    /** A folder for this run. `close` removes it. */
    folder: folder.path,
    folders,
    aerender,
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
      await closeDatabases();
      await server.stop();
      await folder.remove();
    },
  };
}

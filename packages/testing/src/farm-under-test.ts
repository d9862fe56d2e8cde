/*
 * A farm for tests in which everything is real: the API in this process on a test database, worker daemons in processes of their own,
 * nexrender, and the stand-in's process trees. A test speaks to it over HTTP and looks at it with its own eyes (/proc, folders, rows). API and workers
 * connect with their own rights in the database, the test with the owner's.
 *
 * `close` ends the workers, the API and the database, in this order, and fails when anything is left: a worker that does not end well, a
 * process that names the farm's folder, a file in a scratch root, a connection. It removes the rest all the same.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  installStandIn,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from '@renderdeck/aerender-stand-in';
import {
  cancelReceiptSchema,
  getJobOutput,
  listHostsOutput,
  type WireCancelReceipt,
  type WireHost,
  type WireJob,
  jobSchema as wireJob,
} from '@renderdeck/contract';
import type { JobLimits, JobStatus } from '@renderdeck/domain';
import * as operations from '@renderdeck/operations';
import { connect, type Store } from '@renderdeck/store/connect';
import { startWorkerUnderTest, type WorkerUnderTest } from '@renderdeck/worker/testing';
import { buildServer } from '../../../apps/api/src/build-server.ts';
import { testDatabase } from './database.ts';
import { type FarmProcess, findFarmProcesses } from './farm-processes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

export type { FarmProcess, WorkerUnderTest };

/** What a test changes about a sample job. */
export type Submission = {
  project?: SampleProject;
  priority?: number;
  name?: string;
  limits?: JobLimits;
  /** Changes the nexrender job before it is sent. */
  change?: (job: Record<string, unknown>, output: string) => Record<string, unknown>;
};
/** `output`: where the job publishes. */
export type Submitted = WireJob & { readonly output: string };
export type FarmUnderTest = Awaited<ReturnType<typeof startFarmUnderTest>>;

const requestContext = {
  actor: { kind: 'system', name: 'test' },
  channel: 'test',
  address: null,
  requestId: null,
} as const;

/** Starts the API; workers are started by the test, with `env` and what each of them is given. */
export async function startFarmUnderTest(env: Readonly<Record<string, string>> = {}) {
  const database = await testDatabase();
  const folder = await temporaryFolder('farm');
  const folders = { assets: join(folder.path, 'assets'), output: join(folder.path, 'out') };
  for (const path of Object.values(folders)) await mkdir(path);
  const { aerender } = await installStandIn(join(folder.path, 'ae'));
  const [apiUrl, workerUrl] = [
    await database.urlAs('renderdeck_api'),
    await database.urlAs('renderdeck_worker'),
  ];
  const store: Store = connect(database.url, { name: 'test' });
  const apiStore: Store = connect(apiUrl, { name: 'renderdeck api' });
  const { db } = store;
  const made = await operations.createToken(
    { db, requestContext, newId: randomUUID },
    { name: 'ada', role: 'admin', expiresInDays: null },
  );
  if (made === null) throw new Error('a new database has no token');
  const { secret } = made;
  const server = await buildServer(apiStore, {
    sessionSecrets: ['a secret of this farm alone, long enough'],
    trustProxy: false,
    logLevel: 'silent',
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const workers: WorkerUnderTest[] = [];
  const scratchRoots = new Set<string>();
  let submitted = 0;

  /** One request as an admin; the body of the answer as it came. */
  async function ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }

  async function look(id: string) {
    const found = await operations.getJob(db, id);
    if (!found.ok) throw new Error(`no job ${id}`);
    return found;
  }

  async function untilLooks(
    id: string,
    what: string,
    looks: (found: Awaited<ReturnType<typeof look>>) => boolean,
    withinMs = 20_000,
  ) {
    return await waitFor(
      async () => {
        const found = await look(id);
        if (looks(found)) return found;
        const { view, attempts } = found;
        throw new Error(
          `it is ${view.job.status}, attempt ${view.job.attempts} ${attempts[0]?.phase} at ${view.progress} % ${view.job.failure ?? ''}`,
        );
      },
      { withinMs, what: `job ${id} to be ${what}` },
    );
  }

  const scratchOf = (name: string) => join(folder.path, `s-${name}`);
  const settingsOf = (name: string): Readonly<Record<string, string>> => ({
    DATABASE_URL: workerUrl,
    RENDERDECK_WORKER_NAME: name,
    RENDERDECK_AERENDER: aerender,
    RENDERDECK_SCRATCH_ROOT: scratchOf(name),
    RENDERDECK_ASSET_ROOTS: folders.assets,
    RENDERDECK_OUTPUT_ROOTS: folders.output,
    RENDERDECK_LEASE_MS: '10000',
    ...env,
  });
  return {
    url,
    db,
    database,
    folders,
    ask,
    /** The job as the database has it now, with its attempts, the latest first. */
    look,
    scratchOf,
    /** A job of its own template, image and output file. */
    async submit({
      project = {},
      priority = 50,
      name,
      limits,
      change = (job) => job,
    }: Submission = {}): Promise<Submitted> {
      submitted += 1;
      const title = name ?? `job-${submitted}`;
      const files = await writeSampleFiles(folders.assets, `${title}-${submitted}`, {
        frames: 10,
        frameMs: 5,
        launchMs: 1,
        ...project,
      });
      const output = join(folders.output, `${title}-${submitted}.avi`);
      const job = change(sampleJob({ ...files, outputPath: output, title }), output);
      const answer = await ask('POST', '/jobs', {
        job,
        priority,
        name: title,
        ...(limits === undefined ? {} : { limits }),
      });
      if (answer.status !== 201)
        throw new Error(`the job was not taken: ${JSON.stringify(answer.body)}`);
      return { ...wireJob.parse(read(answer.body, 'job')), output };
    },
    /** Cancels over REST; the receipt is checked against the contract's own schema. */
    async cancel(
      id: string,
      query = '',
      body?: { reason: string },
    ): Promise<{ status: number; message: unknown; receipt: WireCancelReceipt }> {
      const answer = await ask('DELETE', `/jobs/${id}${query}`, body);
      if (answer.status > 202)
        throw new Error(`the cancel was refused: ${JSON.stringify(answer.body)}`);
      return {
        status: answer.status,
        message: read(answer.body, 'message'),
        receipt: cancelReceiptSchema.parse(read(answer.body, 'receipt')),
      };
    },
    /** The environment of a worker of this name. */
    settingsOf: (name = 'one') => settingsOf(name),
    /** Starts a daemon with a scratch root of its own; the same name again is the same host. `within`: a program that becomes the daemon. */
    async startWorker(
      name = 'one',
      more: Readonly<Record<string, string>> = {},
      within: readonly string[] = [],
    ): Promise<WorkerUnderTest> {
      scratchRoots.add(scratchOf(name));
      const worker = await startWorkerUnderTest(name, { ...settingsOf(name), ...more }, within);
      workers.push(worker);
      return worker;
    },
    /** The job as the API shows it, with its attempts. */
    async show(id: string) {
      const input = encodeURIComponent(JSON.stringify({ id }));
      const answer = await fetch(`${url}/trpc/getJob?input=${input}`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      return getJobOutput.parse(read(read(await answer.json(), 'result'), 'data'));
    },
    /** The host's row as the API shows it, once it looks so. */
    async untilHost(
      name: string,
      what: string,
      looks: (host: WireHost) => boolean,
      withinMs = 20_000,
    ): Promise<WireHost> {
      return await waitFor(
        async () => {
          const { hosts } = listHostsOutput.parse((await ask('GET', '/hosts')).body);
          const host = hosts.find((one) => one.name === name);
          if (host !== undefined && looks(host)) return host;
          throw new Error(`it is ${JSON.stringify(host)}`);
        },
        { withinMs, what: `host ${name} to be ${what}` },
      );
    },
    until: (id: string, status: JobStatus, withinMs?: number) =>
      untilLooks(id, status, ({ view }) => view.job.status === status, withinMs),
    untilProgress: (id: string, percent: number) =>
      untilLooks(id, `at ${percent} %`, ({ view }) => view.progress >= percent),
    async untilPhase(id: string, phase: string) {
      const { attempts } = await untilLooks(
        id,
        `in phase ${phase}`,
        (found) => found.attempts[0]?.phase === phase,
      );
      const [latest] = attempts;
      if (latest === undefined) throw new Error('a phase is one of an attempt');
      return latest;
    },
    /** Until the job looks so, or an error that says how it looked last. */
    untilLooks,
    /** The processes of an attempt's tree, or of every tree, that live now. */
    async processes(attemptId?: string): Promise<FarmProcess[]> {
      const found = (await findFarmProcesses(folder.path)).filter((one) => one.attemptId !== null);
      return attemptId === undefined ? found : found.filter((one) => one.attemptId === attemptId);
    },
    /** The job of an attempt. */
    jobOf: async (attemptId: string): Promise<string | null> =>
      (await operations.findAttempt(db, attemptId))?.jobId ?? null,
    /** True when a job on this host has rendered so many frames. */
    async isRendering(host: string, frames: number): Promise<boolean> {
      const jobs = (await operations.listHostViews(db))
        .filter(({ name }) => name === host)
        .flatMap((view) => view.jobs);
      const found = await Promise.all(jobs.map(({ id }) => look(id)));
      return found.some(({ attempts }) => (attempts[0]?.frame ?? -1) >= frames);
    },
    /** What lies in a worker's scratch root, but the daemon's own lock and the empty trash. */
    files: (name = 'one') => listFiles(scratchOf(name)),
    async close(): Promise<void> {
      const left: string[] = [];
      for (const worker of workers) {
        const exit = await worker.end().catch(async (error: unknown) => {
          left.push(String(error));
          await worker.kill();
          return null;
        });
        if (exit !== null && exit.code !== 0 && exit.signal !== 'SIGKILL')
          left.push(`worker ${worker.name} ended with ${JSON.stringify(exit)}: ${worker.said()}`);
      }
      await server.close();
      await apiStore.close();
      await store.close();
      const living = await findFarmProcesses(folder.path);
      for (const { pid, name } of living) {
        left.push(`process ${pid} ${name}`);
        process.kill(pid, 'SIGKILL');
      }
      for (const root of scratchRoots) left.push(...(await listFiles(root)));
      await database.drop().catch((error: unknown) => left.push(String(error)));
      await folder.remove();
      if (left.length > 0) throw new Error(`The farm left behind: ${left.join('; ')}`);
    },
  };
}

function read(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

async function listFiles(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true }).catch(() => []);
  const kept = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(root, name)).catch(() => null);
      const own = name.startsWith('.worker.json') || (found?.isDirectory() && name === '.trash');
      return own ? [] : [name];
    }),
  );
  return kept.flat();
}

import { openFarm, PASSWORD, type TestFarm } from '@renderdeck/api/testing';
import { type Attempt, claimJob, finishAttempt, type WorkerContext } from '@renderdeck/operations';
import { expectDone, LEASE_MS, reports } from '@renderdeck/operations/testing';
import { beforeAll, type beforeEach } from 'vitest';
import { runCtl } from '../src/run-ctl.ts';

export const JOB = JSON.stringify({
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
  actions: { postrender: [{ module: '@nexrender/action-copy', output: 'D:\\renders\\a.mov' }] },
});
export const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;
export const ADMIN = { RENDERDECK_USER: 'ada', RENDERDECK_PASSWORD: PASSWORD };

type Run = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** A farm with one admin for each test or for all of a file, and the command line against it. */
export function serveApi(before: typeof beforeAll | typeof beforeEach = beforeAll) {
  let farm: TestFarm;
  let api: Awaited<ReturnType<TestFarm['serve']>>;
  before(async () => {
    farm = await openFarm({ users: ['ada'], withTokens: false });
    api = await farm.serve();
    return farm.close;
  });
  /** Runs the command line as the first admin unless `env` says otherwise. */
  const ctl = (args: readonly string[], { env = ADMIN, stdin = '' }: Given = {}): Promise<Run> =>
    runAlone(args, { env: { RENDERDECK_URL: api.url, ...env }, stdin });
  return {
    get url() {
      return api.url;
    },
    /** Registers a render host that has the stand-in as its renderer. */
    signOn: (host: string, tags: readonly string[] = []) =>
      farm.signOn(host, { container: 'subreaper', tags: [...tags] }),
    /** The host takes the next job. */
    async claimNext(worker: WorkerContext): Promise<Attempt> {
      const claimed = await claimJob(worker, { leaseMs: LEASE_MS });
      if (!claimed.ok) throw new Error('Nothing waits.');
      return claimed.job;
    },
    /** The attempt fails on its host. */
    async fail(worker: WorkerContext, attempt: Attempt, failure: string): Promise<void> {
      const end = { kind: 'failed' as const, failure };
      expectDone(
        await finishAttempt(worker, { attempt, end, signalled: false, reports: reports() }),
      );
    },
    ctl,
    /** Submits a job and returns its id. */
    async submit(...more: string[]): Promise<string> {
      const run = await ctl(['jobs', 'submit', '-', '--json', ...more], { stdin: JOB });
      if (run.exitCode !== 0) throw new Error(`The job was not submitted: ${run.stderr}`);
      return JSON.parse(run.stdout).job.id;
    },
    /** How many WebSockets are open. */
    sockets: () => api.server.websocketServer.clients.size,
    /** Stops the API, runs `meanwhile`, and starts it again at the same address. */
    async restart(meanwhile: () => Promise<unknown>): Promise<void> {
      const port = Number(new URL(api.url).port);
      await api.close();
      await meanwhile();
      api = await farm.serve({ port });
    },
    /** Changes rows that only the owner of the server can change. */
    tamper: (statement: string) =>
      farm.sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx.unsafe(statement);
      }),
  };
}

type Given = { readonly env?: Record<string, string>; readonly stdin?: string };

/** Runs the command line with these settings alone. */
export async function runAlone(
  args: readonly string[],
  { env = {}, stdin = '' }: Given = {},
): Promise<Run> {
  const output = { stdout: '', stderr: '' };
  const print = (text: string) => {
    output.stdout += text;
  };
  const exitCode = await runCtl(args, {
    env,
    stdin: (async function* () {
      yield stdin;
    })(),
    print,
    write: async (text) => {
      print(text);
      return true;
    },
    printError: (text) => {
      output.stderr += text;
    },
  });
  return { exitCode, ...output };
}

import { openFarm, PASSWORD } from '@renderdeck/api/testing';
import { type Attempt, claimJob, finishAttempt, type WorkerContext } from '@renderdeck/operations';
import { expectDone, LEASE_MS, reports } from '@renderdeck/operations/testing';
import { runCtl } from '../src/run-ctl.ts';

export const JOB = JSON.stringify({
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
  actions: { postrender: [{ module: '@nexrender/action-copy', output: 'D:\\renders\\a.mov' }] },
});
export const ADMIN = { RENDERDECK_USER: 'ada', RENDERDECK_PASSWORD: PASSWORD };

export type Run = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };
export type TestApi = Awaited<ReturnType<typeof serveApi>>;

/** A farm with one admin, and the command line against its API. */
export async function serveApi() {
  const farm = await openFarm({ users: ['ada'], withTokens: false });
  let api = await farm.serve();
  const { url } = api;
  const ctl = ctlAgainst(url);
  return {
    url,
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
      await api.close();
      await meanwhile();
      api = await farm.serve({ port: Number(new URL(url).port) });
    },
    /** Changes rows that only the owner of the server can change. */
    tamper: (statement: string) =>
      farm.sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx.unsafe(statement);
      }),
    close: farm.close,
  };
}

/** Runs the command line against this address, as the first admin unless `env` says otherwise. */
function ctlAgainst(url: string) {
  return async (
    args: readonly string[],
    {
      env = ADMIN,
      stdin = '',
    }: { readonly env?: Record<string, string>; readonly stdin?: string } = {},
  ): Promise<Run> => {
    const output = { stdout: '', stderr: '' };
    const exitCode = await runCtl(args, {
      env: { RENDERDECK_URL: url, ...env },
      stdin: (async function* () {
        yield stdin;
      })(),
      print: (text) => {
        output.stdout += text;
      },
      write: async (text) => {
        output.stdout += text;
        return true;
      },
      printError: (text) => {
        output.stderr += text;
      },
    });
    return { exitCode, ...output };
  };
}

import { openIncarnation } from '@renderdeck/store';
import { connect } from '@renderdeck/store/connect';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { openSql } from '@renderdeck/testing/open-sql';
import { createWebhook } from '../../../src/extras.ts';
import {
  acknowledgeStop,
  cancelJob,
  claimJob,
  sealAudit,
  setPriority,
  submitJob,
} from '../../../src/index.ts';
import {
  aRequestContext,
  aWorker,
  expectDone,
  NEXRENDER_JOB,
  reports,
  signOn,
} from '../../../testing/index.ts';

const PASSWORD = 'of this test alone';
const SECRET = 's3cr3t-of-the-farm';

export type FarmToRob = Awaited<ReturnType<typeof aFarmToRob>>;

/**
 * A farm with three hosts that render, each a job with a secret: `ae-01` with a login of its own,
 * `ae-02` with the shared login, and the thief's host. One job waits, one is cancelled, and a
 * webhook waits for jobs that end. `urlWith`: the URL of a login of this database.
 * Long because: all that it makes belongs together.
 */
export async function aFarmToRob(
  url: string,
  urlWith: (login: string, password: string) => string,
) {
  const owner = openSql(url, 1);
  const store = connect(url, { name: 'farm', poolSize: 4 });
  const closing = [() => owner.end(), store.close];
  await openIncarnation(store.db);
  const admin = aRequestContext(store.db);
  const submit = async (name: string, secret = SECRET) => {
    const template = {
      ...NEXRENDER_JOB.template,
      src: `https://render:${secret}@files.example/x.aep`,
    };
    const nexrenderJob = { ...NEXRENDER_JOB, template };
    const submission = { name, priority: 50, nexrenderJob, limits: {}, submitPriorityMax: 100 };
    return expectDone(await submitJob(aRequestContext(store.db, 'sam', 'submitter'), submission))
      .view.job.id;
  };
  const hostOf = async (host: string, isOwn: boolean) => {
    const login = `${new URL(url).pathname.slice(1)}_${host}`.slice(-63);
    if (isOwn) await owner.unsafe(hostLoginSql({ host, login, password: PASSWORD }));
    const ownUrl = isOwn ? urlWith(login, PASSWORD) : url;
    const own = isOwn ? connect(ownUrl, { name: login, poolSize: 2 }) : store;
    if (isOwn) closing.push(own.close);
    const worker = aWorker(own.db, host);
    expectDone(await signOn(worker));
    const jobId = await submit(`of ${host}`, host === 'thief' ? 'its own' : SECRET);
    const claimed = await claimJob(worker, { leaseMs: 30_000, tags: [] });
    if (!claimed.ok || claimed.job.jobId !== jobId) throw new Error(`${host} claimed no job`);
    return { host, login, url: ownUrl, worker, jobId, attemptId: claimed.job.attemptId };
  };
  // Before any login of a host is bound, as in a farm that only begins to use such logins.
  const shared = await hostOf('ae-02', false);
  const victim = await hostOf('ae-01', true);
  const thief = await hostOf('thief', true);
  const hook = { name: 'desk', address: 'https://desk.example/hook', events: ['ended'] } as const;
  const filter = { submittedBy: null, namePart: null, host: null, shape: 'renderdeck' } as const;
  expectDone(await createWebhook(admin, { ...hook, ...filter }));
  expectDone(await cancelJob(admin, { id: await submit('cancelled'), reason: 'private reason' }));
  const waiting = await submit('waits');
  await owner`select queue_recount()`;
  await owner`analyze`;
  const sql = openSql(thief.url, 1);
  await sql`set statement_timeout = '5s'`;
  closing.push(() => sql.end());
  const [pid] = await owner`select pid from pg_stat_activity where usename = ${victim.login}`;
  /** Texts that no other host may learn. */
  const secrets = [SECRET, 'private reason'].concat(
    [victim, shared].flatMap(({ worker }) => [worker.identity.hostId, worker.workerId]),
  );
  /**
   * What must still work while a login holds all its locks: a job is submitted, moved, claimed,
   * cancelled and sealed.
   */
  async function useFarm() {
    const id = await submit('comes');
    const change = { id, priority: 90, expectedVersion: null };
    expectDone(await setPriority(admin, change));
    const claimed = await claimJob(shared.worker, { leaseMs: 30_000, tags: [] });
    if (!claimed.ok || claimed.job.jobId !== id) throw new Error('the job was not claimed');
    expectDone(await cancelJob(admin, { id, reason: null }));
    const attempt = { jobId: id, attemptId: claimed.job.attemptId };
    expectDone(await acknowledgeStop(shared.worker, { attempt, reports: reports() }));
    await sealAudit({ db: store.db });
  }
  return {
    useFarm,
    owner,
    sql,
    store,
    admin,
    thief,
    victim,
    shared,
    waiting,
    secrets,
    victimPid: Number(pid?.pid),
    close: async () => {
      for (const end of closing.reverse()) await end();
    },
  };
}

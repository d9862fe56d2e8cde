import { expect } from 'vitest';
import { openFarm, type Who } from '../../testing/open-farm.ts';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
export type Refusals = Awaited<ReturnType<typeof openRefusals>>;
/** What the audit entry has. */
type Entry = {
  readonly channel: string;
  readonly action: string;
  readonly code: string;
  readonly who: Who;
  readonly jobId?: string | null;
  readonly requestId: string | null;
};

/** A farm with a queued and an ended job, and the audit entries that a test leaves. */
export async function openRefusals() {
  const farm = await openFarm();
  const api = await farm.serve({ trustProxy: '127.0.0.1' });
  const ended = (await farm.submit('Ended', 99)).job.id;
  await farm.worker.claim();
  await farm.worker.complete(ended);
  const queued = (await farm.submit()).job.id;
  let from = '0';
  let address = '';
  let tests = 0;
  const skipEntries = async () => {
    const [row] = await farm.sql`select coalesce(max(id), 0)::text as id from audit_log`;
    from = String(row?.id);
  };
  return {
    farm,
    api,
    queued,
    ended,
    skipEntries,
    /** An anonymous address has one entry a minute, so each test has its own address. */
    async beginTest() {
      await skipEntries();
      tests += 1;
      address = `198.51.${Math.floor(tests / 250)}.${(tests % 250) + 1}`;
    },
    /** The headers of a client at the address of this test. */
    fromAddress: () => ({ 'x-forwarded-for': address }),
    countEntries: async () => (await farm.sql`select from audit_log where id > ${from}`).length,
    /** Expects exactly one entry since the test began. */
    async expectEntry(entry: Entry) {
      const entries = await farm.sql`
        select actor_kind, actor, channel, address, request_id, action, outcome, code, job_id
        from audit_log where id > ${from}`;
      expect([...entries]).toEqual([
        {
          actor_kind: entry.who === null ? 'anonymous' : 'token',
          actor: entry.who === null ? 'unknown' : `${String(entry.who)}-bot`,
          channel: entry.channel,
          address,
          request_id: entry.requestId ?? UUID,
          action: entry.action,
          outcome: 'refused',
          code: entry.code,
          job_id: entry.jobId ?? null,
        },
      ]);
    },
  };
}

/** Expects that no refused write changed the job, the users or the tokens. */
export async function expectNothingChanged({ farm, queued }: Refusals): Promise<void> {
  const [job] = await farm.sql`select status, priority, version from jobs where id = ${queued}`;
  expect(job).toEqual({ status: 'QUEUED', priority: 50, version: 1 });
  const [counts] = await farm.sql`
    select
      (select count(*)::int from users) as users,
      (select count(*)::int from api_tokens where revoked_at is null) as tokens`;
  expect(counts).toEqual({ users: 3, tokens: 3 });
}

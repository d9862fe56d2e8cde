/*
 * The least that a request can cost: only Fastify and postgres.js. Each route runs one prepared
 * statement on a table like `jobs`, and answers with a body of the same shape and size as the API.
 */
import { openSql } from '@renderdeck/testing/open-sql';
import fastify from 'fastify';

type Row = Readonly<Record<string, unknown>>;

const sql = openSql(process.env.DATABASE_URL ?? '', 8);
const server = fastify();
const BY_STATUS = {
  ...{ QUEUED: 1000, RENDERING: 0, CANCELLING: 0 },
  ...{ CANCELLED: 0, COMPLETED: 0, FAILED: 0 },
};

server.get<{ Params: { id: string } }>('/jobs/:id', async ({ params }) => {
  const [row] = await sql`SELECT * FROM bare_jobs WHERE id = ${params.id}`;
  const rest = { attempts: [], hostLastHeardAt: null };
  return { job: viewOf(row), ...rest, template: 'intro.aep', composition: 'main' };
});

server.get('/jobs', async () => {
  const rows = await sql`
    SELECT * FROM bare_jobs WHERE status = 'QUEUED' ORDER BY priority DESC, queue_seq LIMIT 50`;
  return {
    jobs: rows.map(viewOf),
    nextCursor: 'next-page-of-the-list-of-jobs-that-wait-0000000000000',
    previousCursor: null,
    counts: {
      rendering: 0,
      cancelling: 0,
      queued: 1000,
      unconfirmed: 0,
      open: 0,
      byStatus: BY_STATUS,
    },
    matching: { count: 1000, running: 0, queued: 1000, capped: false },
    at: new Date(),
  };
});

server.post<{ Body: { priority: number } }>('/jobs', async ({ body }, reply) => {
  const [row] = await sql`
    INSERT INTO bare_jobs (id, name, priority, max_attempts, submitted_by)
    VALUES (gen_random_uuid(), 'main (intro.aep)', ${body.priority}, 3, 'bench') RETURNING *`;
  return reply.code(201).send({ success: true, job: viewOf(row) });
});

server.delete<{ Params: { id: string } }>('/jobs/:id', async ({ params }) => {
  const [row] = await sql`
    UPDATE bare_jobs SET status = 'CANCELLED', ended_at = now(), version = version + 1,
      stop_requested_at = now(), stop_requested_by = 'bench', stop_channel = 'rest'
    WHERE id = ${params.id} AND status = 'QUEUED' RETURNING *`;
  return { success: true, message: 'Job cancelled successfully', receipt: receiptOf(row) };
});

server.get('/me', async () => ({
  result: {
    data: {
      user: { name: 'bench', role: 'admin' },
      can: { stop: true, prioritise: true, submit: true, access: true, auditAll: true },
      admins: ['bench'],
      keepJobsDays: null,
      serverTime: new Date(),
      session: { endsAt: new Date(), renewable: true },
      build: null,
    },
  },
}));

function viewOf(row: Row | undefined) {
  if (row === undefined) throw new Error('no such job');
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    priority: row.priority,
    tags: [],
    position: 100,
    noHostOffers: null,
    version: row.version,
    progress: 0,
    timeLeftMs: null,
    phase: null,
    attempt: null,
    host: row.host,
    submittedBy: row.submitted_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    failure: row.failure,
    receipt: null,
    rerunOf: null,
    rerunBy: [],
    openAttempts: [],
    warnings: row.warnings,
  };
}

function receiptOf(row: Row | undefined) {
  if (row === undefined) throw new Error('no such job');
  return {
    number: 1000,
    outcome: 'cancelled',
    output: row.output,
    requestedBy: row.stop_requested_by,
    requestedAt: row.stop_requested_at,
    channel: row.stop_channel,
    reason: row.stop_reason,
    attempt: null,
    host: row.host,
    deliveredAt: null,
    deliveredWithProof: false,
    processes: [],
    proof: 'noProcess',
    survivors: [],
    files: { removed: 0, bytes: 0, leftovers: [] },
    firstSignalAt: null,
    deadAt: row.ended_at,
    timeToDeadMs: 0,
    timeToCleanMs: 0,
    askToProofMs: 0,
    warnings: row.warnings,
    openAttempts: [],
    declared: [],
    awaitedHosts: [],
    confirmedAt: row.ended_at,
  };
}

const listening = await server.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ listening });
process.once('disconnect', () => {
  void server.close().then(() => sql.end());
});

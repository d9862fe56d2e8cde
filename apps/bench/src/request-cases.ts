/* Pairs of the same request to the API and to a bare route. Each side has its own jobs. */
import { createUser } from '@renderdeck/operations';
import type { BenchDatabase } from './bench-farm.ts';
import { analyzeFilled } from './fill-queue.ts';

const JOBS = 1000;
/** The number of jobs to cancel. No run cancels more. */
const SPARE = { ours: 20_000, bare: 150_000 };
export const USER = { name: 'bench', password: 'an honest long password' };
const JOB = { template: { src: 'file:///farm/intro.aep', composition: 'main' }, assets: [] };

export type RequestCase = {
  readonly what: string;
  readonly ours: () => string;
  readonly bare: () => string;
};

/** Fills a queue, and the table of the bare routes with the same jobs. */
export async function fill({ sql, admin }: BenchDatabase): Promise<void> {
  await createUser(admin, { ...USER, role: 'admin' });
  await sql`INSERT INTO jobs (id, name, priority, max_attempts, submitted_by)
    SELECT gen_random_uuid(), 'main (intro.aep)', CASE WHEN n <= ${JOBS} THEN 60 ELSE 40 END, 3,
      'bench' FROM generate_series(1, ${JOBS + SPARE.ours}::int) n`;
  await sql`INSERT INTO job_definitions (job_id, nexrender_job)
    SELECT id, ${sql.json(JOB)} FROM jobs`;
  await sql`SELECT queue_recount()`;
  await sql`CREATE TABLE bare_jobs (LIKE jobs INCLUDING DEFAULTS INCLUDING GENERATED)`;
  await sql`INSERT INTO bare_jobs (id, name, priority, max_attempts, submitted_by)
    SELECT gen_random_uuid(), 'main (intro.aep)', CASE WHEN n <= ${JOBS} THEN 60 ELSE 40 END, 3,
      'bench' FROM generate_series(1, ${JOBS + SPARE.bare}::int) n`;
  await sql`ALTER TABLE bare_jobs ADD PRIMARY KEY (id)`;
  await sql`CREATE INDEX ON bare_jobs (priority DESC, queue_seq) WHERE status = 'QUEUED'`;
  await analyzeFilled(sql);
}

export async function signIn(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: USER.name, password: USER.password }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the sign-in was answered ${answer.status}`);
  return `cookie: ${cookie}\r\n`;
}

export async function casesOf({ sql }: BenchDatabase, cookie: string): Promise<RequestCase[]> {
  const ours = await sql`SELECT id, priority FROM jobs ORDER BY priority DESC, queue_seq`;
  const floor = await sql`SELECT id, priority FROM bare_jobs ORDER BY priority DESC, queue_seq`;
  const shown = (jobs: typeof ours) => inTurn(jobs.slice(0, JOBS));
  const spare = (jobs: typeof ours) => inTurn(jobs.slice(JOBS), 'once');
  const [shownOurs, shownBare, spareOurs, spareBare] = [
    ...[shown(ours), shown(floor), spare(ours), spare(floor)],
  ] as const;
  const submission = JSON.stringify({ job: JOB, priority: 40 });
  return [
    {
      what: 'me over tRPC',
      ours: () => request('GET /trpc/me', cookie),
      bare: () => request('GET /me'),
    },
    {
      what: 'one job',
      ours: () => request(`GET /api/jobs/${shownOurs()}`, cookie),
      bare: () => request(`GET /jobs/${shownBare()}`),
    },
    {
      what: 'list of 50',
      ours: () => request('GET /api/jobs?show=active&limit=50', cookie),
      bare: () => request('GET /jobs'),
    },
    {
      what: 'submit',
      ours: () => request('POST /api/jobs', cookie, submission),
      bare: () => request('POST /jobs', '', submission),
    },
    {
      what: 'cancel of a queued job',
      ours: () => request(`DELETE /api/jobs/${spareOurs()}`, cookie),
      bare: () => request(`DELETE /jobs/${spareBare()}`),
    },
  ];
}

/**
 * Returns the id of the next job at each call. After the last job it begins again, unless `once`.
 */
function inTurn(jobs: readonly { readonly id?: unknown }[], how: 'again' | 'once' = 'again') {
  let next = 0;
  return () => {
    const { id } = jobs[how === 'again' ? next % jobs.length : next] ?? {};
    if (id === undefined) throw new Error('no job is left to cancel');
    next += 1;
    return String(id);
  };
}

function request(line: string, headers = '', body = ''): string {
  const length =
    body === ''
      ? ''
      : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  return `${line} HTTP/1.1\r\nhost: bench\r\n${headers}${length}\r\n${body}`;
}

import type { Sql } from '@renderdeck/testing/open-sql';
import { z } from 'zod';
import { NEXRENDER_JOB } from '../../testing/open-farm.ts';

/** The password of the admin that `startApi` makes in these tests. */
export const ADMIN_PASSWORD = 'an honest long password';

type Kind = 'read' | 'write' | 'priority' | 'signIn';
type Act = {
  readonly kind: Kind;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  /** A row that exists if the write was done: its table and its name. */
  readonly row?: readonly ['jobs' | 'api_tokens', string];
};
export type Answer = Act & {
  readonly status: number;
  /** The code of the problem, or `done`. */
  readonly code: string;
  readonly retryAfter: string | null;
};

let asked = 0;

/** Reads and writes of REST and tRPC, sign-ins, and acts that are audited. */
function actsOn(jobId: string): readonly Act[] {
  asked += 1;
  const [rest, trpc, token] = ['rest', 'trpc', 'token'].map((what) => `${what}-${asked}`);
  const input = (value: unknown) => `?input=${encodeURIComponent(JSON.stringify(value))}`;
  const submit = (name = '') => ({ name, job: NEXRENDER_JOB });
  const signIn = { username: 'admin', password: ADMIN_PASSWORD };
  // Never the one that the job has: not the default, and another one each time.
  const priority = 51 + (asked % 49);
  const [read, write] = ['read', 'write'] as const;
  return [
    { kind: read, method: 'GET', path: '/api/jobs' },
    { kind: read, method: 'GET', path: `/api/jobs/${jobId}` },
    { kind: read, method: 'GET', path: `/trpc/listJobs${input({})}` },
    { kind: read, method: 'GET', path: `/trpc/getJob${input({ id: jobId })}` },
    {
      kind: write,
      method: 'POST',
      path: '/api/jobs',
      body: submit(rest),
      row: ['jobs', `${rest}`],
    },
    {
      ...{ kind: write, method: 'POST', path: '/trpc/submitJob' },
      ...{ body: submit(trpc), row: ['jobs', `${trpc}`] },
    },
    { kind: 'priority', method: 'PATCH', path: `/api/jobs/${jobId}/priority`, body: { priority } },
    { kind: 'priority', method: 'POST', path: '/trpc/setPriority', body: { id: jobId, priority } },
    {
      ...{ kind: write, method: 'POST', path: '/api/tokens' },
      ...{ body: { name: token, role: 'viewer' }, row: ['api_tokens', `${token}`] },
    },
    { kind: 'signIn', method: 'POST', path: '/api/session', body: signIn },
    { kind: 'signIn', method: 'POST', path: '/trpc/login', body: signIn },
  ];
}

export type Asking = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly jobId: string;
};

/** Does all acts at the same time, or only those of these kinds. */
export async function askEverything(
  { url, headers: { authorization = '' }, jobId }: Asking,
  kinds: readonly Kind[] = ['read', 'write', 'priority', 'signIn'],
): Promise<readonly Answer[]> {
  const acts = actsOn(jobId).filter(({ kind }) => kinds.includes(kind));
  return await Promise.all(
    acts.map(async (act) => {
      const answer = await fetch(`${url}${act.path}`, {
        method: act.method,
        headers: {
          authorization,
          ...(act.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: act.body === undefined ? null : JSON.stringify(act.body),
      });
      const { status, headers } = answer;
      const text = await answer.text();
      const code = answer.ok ? 'done' : codeOf(text);
      return { ...act, status, code, retryAfter: headers.get('retry-after') };
    }),
  );
}

const problem = z.object({ code: z.string() });
const answers = z.union([z.object({ error: z.object({ data: z.object({ problem }) }) }), problem]);
function codeOf(text: string): string {
  const answer = answers.parse(JSON.parse(text));
  return 'error' in answer ? answer.error.data.problem.code : answer.code;
}

/** Each kind of act with its answers, each once: `write: 503 unavailable, again after 5`. */
export function summarize(all: readonly Answer[]): readonly string[] {
  const lines = all.map(({ kind, status, code, retryAfter }) =>
    code === 'done' ? `${kind}: done` : `${kind}: ${status} ${code}, again after ${retryAfter}`,
  );
  return [...new Set(lines)].sort();
}

/** The writes whose answer is wrong: refused but done, or done but not there. */
export async function findLies(sql: Sql, all: readonly Answer[]): Promise<string[]> {
  const lies: string[] = [];
  for (const { row, code, path } of all) {
    if (row === undefined || code === 'outcome_unknown') continue;
    const [table, name] = row;
    const isThere = (await sql`select from ${sql(table)} where name = ${name}`).length > 0;
    if (isThere !== (code === 'done')) lies.push(`${path} ${name} is ${code}, there: ${isThere}`);
  }
  return lies;
}

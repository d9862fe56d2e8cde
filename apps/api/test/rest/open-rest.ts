/*
 * REST as a client meets it: the real API on a test database. One database serves a test file; each
 * test gets a server of its own and finds no job, no host and no refusal of the test before. The
 * host `render-01` is played by its own operations (`host`), without any process.
 */
import type { Answer } from '@renderdeck/contract/testing/expect-problem';
import { submitJob } from '@renderdeck/operations';
import { aRequestContext, expectDone } from '@renderdeck/operations/testing';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { farmOfFile, type Name, NEXRENDER_JOB, type TestApi } from '../../testing/open-farm.ts';

const NAMES = ['vera', 'sam', 'ada'] as const;

/** A time as the API writes it. */
export const AN_INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{3}Z$/);

type Owner = { readonly kind: 'user' | 'token'; readonly id: string; readonly name: string };
type AuditLine = {
  readonly action: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly jobId: string | null;
  readonly actor: string;
  readonly channel: string;
};

/**
 * Opens the API for all tests of the calling file. Nexrender's own routes take only tokens.
 *
 * Long because: it gives one object of small functions over one farm.
 */
export function openRest(
  options: {
    readonly nexrenderApi?: boolean;
    readonly nexrenderOrigins?: readonly string[];
    readonly submitPriorityMax?: number;
  } = {},
) {
  const farm = farmOfFile();
  let sam: Owner | undefined;
  const cookies = new Map<Name, { cookie: string }>();
  const tokens = new Map<Name, { authorization: string }>();
  let api: TestApi | null = null;
  let auditBefore = '0';

  const running = () => {
    if (api === null) throw new Error('The API runs inside tests only.');
    return api;
  };
  /** The session of a user, opened once in a file: a password takes long to check. */
  async function cookieOf(name: Name): Promise<{ cookie: string }> {
    const known = cookies.get(name) ?? (await running().signIn(name));
    cookies.set(name, known);
    return known;
  }

  const credentialOf = (name: Name) =>
    options.nexrenderApi === true ? tokens.get(name) : cookieOf(name);

  beforeAll(async () => {
    const { sql } = farm;
    for (const name of NAMES) tokens.set(name, { authorization: `Bearer ${farm.secretOf(name)}` });
    [sam] =
      options.nexrenderApi === true
        ? await sql<Owner[]>`
            select 'token' as kind, id, name from api_tokens where name = 'sam-bot'`
        : await sql<Owner[]>`select 'user' as kind, id, name from users where name = 'sam'`;
  });
  beforeEach(async () => {
    const { sql } = farm;
    await sql`truncate jobs, job_changes, submissions, refusal_counts, login_attempts, render_hosts
      cascade`;
    await farm.signOn();
    api = await farm.serve(options);
    for (const name of NAMES) if (options.nexrenderApi !== true) await cookieOf(name);
    const [newest] = await sql<{ id: string }[]>`select coalesce(max(id), 0) as id from audit_log`;
    auditBefore = newest?.id ?? '0';
  });
  afterEach(() => api?.close());

  return {
    get sql() {
      return farm.sql;
    },
    get host() {
      return {
        ...farm.worker,
        signOn: (name?: string, tags: string[] = []) => farm.signOn(name, { tags }),
        /** Claims the next job of the queue; gives its id. */
        claimNext: async (): Promise<string> => (await farm.worker.claim()).jobId,
      };
    },
    cookieOf,
    signIn: (name: Name) => running().signIn(name),
    /** Queues a job of sam, or of his token; gives its id. */
    async submit(name = 'Intro', priority = 50, nexrenderJob: unknown = NEXRENDER_JOB) {
      if (sam === undefined) throw new Error('sam is missing');
      const { requestContext, ...rest } = aRequestContext(farm.db);
      const actor = { ...sam, role: 'submitter' } as const;
      const context = { ...rest, requestContext: { ...requestContext, actor } };
      const submission = { name, priority, nexrenderJob, submitPriorityMax: 100 };
      return expectDone(await submitJob(context, submission)).view.job.id;
    },
    server: (): FastifyInstance => running().server,
    /** A WebSocket to that address. */
    socket: (path: string, headers: Record<string, string>) =>
      running().socket(null, path, headers),
    /** The audit lines that this test's requests left, oldest first. */
    audit: async (): Promise<AuditLine[]> => [
      ...(await farm.sql<AuditLine[]>`
        select action, outcome, code, job_id as "jobId", actor, channel
        from audit_log where id > ${auditBefore} and channel = 'rest' order by id`),
    ],
    /** The columns of a job that tests read. */
    async job(id: string) {
      const [job] = await farm.sql<
        { status: string; priority: number; version: number; submittedBy: string }[]
      >`
        select status, priority, version, submitted_by as "submittedBy" from jobs where id = ${id}`;
      return job;
    },
    async countJobs(): Promise<number> {
      return Number((await farm.sql`select count(*) as jobs from jobs`)[0]?.jobs);
    },
    /** Injects a request as that user, by session or token; null: as anonymous. */
    async send(
      as: Name | null,
      method: NonNullable<InjectOptions['method']>,
      url: string,
      payload?: InjectOptions['payload'],
      headers: InjectOptions['headers'] = {},
    ): Promise<Answer> {
      const response = await running().server.inject({
        method,
        url,
        headers: { ...(as === null ? {} : await credentialOf(as)), ...headers },
        ...(payload === undefined ? {} : { payload }),
      });
      const isJson = /json/.test(String(response.headers['content-type']));
      const body = response.body === '' ? undefined : isJson ? response.json() : response.body;
      return { status: response.statusCode, headers: response.headers, body };
    },
    /** The same over a real connection, by session. */
    async sendOverHttp(as: Name, method: string, url: string, payload?: object): Promise<Answer> {
      const answer = await running().send(await cookieOf(as), method, url, payload);
      return { ...answer, headers: Object.fromEntries(answer.headers) };
    },
  };
}

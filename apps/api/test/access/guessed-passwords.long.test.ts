/*
 * Passwords are guessed from many addresses at two API processes, while a person signs in. The
 * guessers never wait; the person waits as long as an answer says.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { farmOfFile, PASSWORD } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const KNOWN = '198.51.100.1';
const TIMEOUT = { timeout: 360_000 };
const farm = farmOfFile();
let apis: Awaited<ReturnType<typeof startApi>>[];
beforeAll(async () => {
  const env = {
    DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
    RENDERDECK_TRUST_PROXY: '127.0.0.1',
    RENDERDECK_LOG_LEVEL: 'silent',
    // A busy machine is no reason to refuse here.
    RENDERDECK_MAX_DELAY_MS: '0',
  };
  apis = await Promise.all([startApi(env), startApi(env)]);
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.end()));
});
let turn = 0;
/** `address: null`: from the machine itself, through no proxy. */
async function trySignIn(
  username: string,
  password: string,
  address: string | null,
  signal?: AbortSignal,
) {
  turn += 1;
  const answer = await fetch(`${apis[turn % apis.length]?.url}/api/session`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(address === null ? {} : { 'x-forwarded-for': address }),
    },
    body: JSON.stringify({ username, password }),
    signal: signal ?? null,
  });
  await answer.text();
  return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')) };
}

/** Guesses from so many addresses at once, until `stop`. */
function guess(username: string, addresses: number) {
  const over = new AbortController();
  const statuses: number[] = [];
  const guessers = Array.from({ length: addresses }, async (_, index) => {
    const address = `10.0.${addresses}.${index}`;
    while (!over.signal.aborted)
      await trySignIn(username, 'wrong', address, over.signal).then(
        ({ status }) => statuses.push(status),
        (error: unknown) => {
          if (!over.signal.aborted) throw error;
        },
      );
  });
  return {
    statuses,
    async stop(): Promise<void> {
      over.abort();
      await Promise.all(guessers);
    },
  };
}

/** Signs in as a person does who comes back when the answer says so. Returns the statuses. */
async function signInPatiently(username: string, address: string | null): Promise<number[]> {
  const statuses: number[] = [];
  for (let tries = 0; tries < 5; tries += 1) {
    const { status, retryAfter } = await trySignIn(username, PASSWORD, address);
    statuses.push(status);
    if (status !== 429) break;
    await wait(retryAfter * 1000);
  }
  return statuses;
}

/** The most checked guesses of one address within a minute. */
async function mostInMinute(): Promise<number> {
  const [row] = await farm.sql`
    select coalesce(max(n), 0)::int as most from (
      select count(*) over (partition by address order by at
        range between current row and interval '1 minute' following) as n
      from audit_log where code = 'wrong_credentials') counted`;
  return row?.most;
}

test.each([
  [1, 'vera'],
  [10, 'sam'],
  [100, 'ada'],
] as const)(
  'guesses from %i addresses at once: %s gets in from a known and from a new address',
  TIMEOUT,
  async (addresses, name) => {
    expect((await trySignIn(name, PASSWORD, KNOWN)).status).toBe(200);
    const guessers = guess(name, addresses);
    onTestFinished(guessers.stop);
    // One address alone must soon wait for each further answer.
    const many = addresses === 1 ? 8 : 20;
    await expect.poll(() => guessers.statuses.length, { timeout: 120_000 }).toBeGreaterThan(many);
    // The known address is let in without a refusal, and so is the machine of the API itself.
    expect((await trySignIn(name, PASSWORD, KNOWN)).status).toBe(200);
    expect((await trySignIn(name, PASSWORD, null)).status).toBe(200);
    expect((await signInPatiently(name, '203.0.113.9')).at(-1)).toBe(200);
    const read = await fetch(`${apis[0]?.url}/api/jobs`, {
      headers: { authorization: `Bearer ${farm.secretOf('vera')}` },
    });
    expect(read.status).toBe(200);
    // Sooner or later each guesser must wait for longer than a try is held.
    await expect.poll(() => guessers.statuses, { timeout: 90_000 }).toContain(429);
    await guessers.stop();
    expect(new Set(guessers.statuses)).toEqual(new Set([401, 429]));
    expect(await mostInMinute()).toBeLessThanOrEqual(10);
  },
);

test('one address tries at most ten times a minute over all names', TIMEOUT, async () => {
  const office = '198.51.100.2';
  for (const name of ['ada', 'sam']) expect((await signInPatiently(name, office)).at(-1)).toBe(200);
  const names = ['ada', 'sam', 'vera', ...Array.from({ length: 37 }, (_, at) => `nobody-${at}`)];
  const answers = await Promise.all(names.map((name) => trySignIn(name, 'wrong', office)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(30);
  for (const { retryAfter } of refused) expect(retryAfter).toBeGreaterThan(0);
  expect(await mostInMinute()).toBeLessThanOrEqual(10);
});

test('guesses through a proxy that is not trusted leave the own machine alone', async () => {
  const plain = await farm.serve();
  const signIn = async (headers: Record<string, string>, password: string) =>
    (await plain.send(null, 'POST', '/api/session', { username: 'ada', password }, headers)).status;
  const proxied = [
    { 'x-forwarded-for': '192.0.2.1' },
    { via: '1.1 proxy' },
    { forwarded: 'for=192.0.2.1' },
    { 'x-real-ip': '192.0.2.1' },
  ];
  const statuses = await Promise.all(
    Array.from({ length: 20 }, (_, at) => signIn(proxied[at % 4] ?? {}, 'wrong')),
  );
  expect(statuses).toContain(429);
  expect(await signIn({}, PASSWORD)).toBe(200);
});

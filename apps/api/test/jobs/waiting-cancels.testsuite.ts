/*
 * Many waiting cancels cost one API process few database connections and little memory. Each is
 * answered when its job ends.
 */
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openFarm, type TestFarm } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

/** Eight of the pool, one that listens, and one that tests the listener. */
const CONNECTIONS = 8;
const MEMORY_BYTES = 150 * 1024 * 1024;

let farm: TestFarm;
let api: Awaited<ReturnType<typeof startApi>>;
let agent: Agent;

/** Registers the test with this many cancels. */
export function testWaitingCancels(count: number): void {
  beforeAll(async () => {
    agent = new Agent({ keepAlive: true });
    farm = await openFarm();
    api = await startApi({
      DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
      RENDERDECK_LOG_LEVEL: 'error',
    });
  });
  afterAll(async () => {
    agent.destroy();
    await api.end();
    await farm.close();
  });
  const title = `${count} cancels wait on ${CONNECTIONS} connections, and others are answered`;
  test(title, { timeout: 1_200_000 }, () => expectFewConnections(count));
}

function send(method: string, path: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${farm.secretOf('ada')}` };
    const sent = request(`${api.url}${path}`, { agent, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      answer.once('end', () => resolve({ status: answer.statusCode, text }));
      answer.once('error', reject);
    });
    sent.once('error', reject);
    sent.end();
  });
}

async function memoryBytes(): Promise<number> {
  const { text } = await send('GET', '/metrics');
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}
const countOf = async (status: string) =>
  (await farm.sql`SELECT count(*)::int AS n FROM jobs WHERE status = ${status}`)[0]?.n;

async function expectFewConnections(count: number): Promise<void> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) ids.push((await farm.submit(`Job ${made}`)).job.id);
  for (let made = 0; made < count; made += 1) await farm.worker.claim();
  const before = await memoryBytes();
  let most = 0;
  let answered = 0;
  const countConnections = async () => {
    const [row] = await farm.sql<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'renderdeck api%'`;
    most = Math.max(most, row?.n ?? 0);
  };

  const cancels = ids.map(async (id) => {
    let answer = { status: 202, text: '' } as Awaited<ReturnType<typeof send>>;
    // On a busy machine the first ones may wait for their whole minute.
    while (answer.status === 202) answer = await send('DELETE', `/api/jobs/${id}?waitMs=60000`);
    answered += 1;
    return answer;
  });
  const all = Promise.all(cancels);
  const stopping = async () => {
    await countConnections();
    return await countOf('CANCELLING');
  };
  await expect.poll(stopping, { timeout: 600_000 }).toBe(count);
  expect(answered).toBe(0);

  const lists = Array.from({ length: 20 }, () => send('GET', '/api/jobs?limit=1'));
  expect((await Promise.all(lists)).map(({ status }) => status)).toEqual(lists.map(() => 200));
  const grown = (await memoryBytes()) - before;
  await countConnections();
  expect(answered).toBe(0);
  expect(most).toBeLessThanOrEqual(CONNECTIONS);
  expect(grown).toBeLessThan(MEMORY_BYTES);

  for (let from = 0; from < count; from += 20) {
    await Promise.all(ids.slice(from, from + 20).map((id) => farm.worker.acknowledge(id)));
    await countConnections();
  }
  const receipt = z.object({ receipt: z.looseObject({ outcome: z.string(), proof: z.string() }) });
  for (const { status, text } of await all) {
    expect({ status, ...receipt.parse(JSON.parse(text)) }).toMatchObject({
      status: 200,
      receipt: { outcome: 'cancelled', proof: 'kernel' },
    });
  }
  expect(most).toBeLessThanOrEqual(CONNECTIONS);
  expect(api.said()).toBe('');
}

/*
 * Two real PostgreSQL servers. The asynchronous standby lacks the last changes when it is promoted,
 * and the API's address leads to it. No client may take its cursor for good.
 */
import { createClient } from '@renderdeck/client';
import { migrate } from '@renderdeck/store/connect';
import { waitFor } from '@renderdeck/testing';
import { openFixedAddress } from '@renderdeck/testing/fixed-address';
import { openSql } from '@renderdeck/testing/open-sql';
import { startReplicatedPostgres } from '@renderdeck/testing/standby';
import { expect, onTestFinished, test } from 'vitest';
import { startApi } from '../../testing/start-api.ts';
import { followChanges } from '../live/follow-changes.ts';
import { addTokenAndJob, mover } from './add-token-and-job.ts';

const CHANGES = 10;

/** A primary with a standby behind one address, an API on it, and one job. */
async function startFarm() {
  const servers = await startReplicatedPostgres(migrate);
  onTestFinished(servers.close);
  const address = await openFixedAddress(servers.primary.url());
  onTestFinished(address.close);
  const { secret, job, headers } = await addTokenAndJob(servers.primary.url());
  const api = await startApi({
    DATABASE_URL: address.through(servers.primary.url()),
    RENDERDECK_LOG_LEVEL: 'silent',
    RENDERDECK_ADMIN_PASSWORD: 'an honest long password',
  });
  onTestFinished(async () => void (await api.end()));
  const moved = mover(api.url, headers, job.id);
  const move = async () => (await moved()).status;
  return { servers, address, api, secret, headers, jobId: job.id, move };
}
type Farm = Awaited<ReturnType<typeof startFarm>>;

/** What a client reads first that resumes with this cursor, over each way there is. */
async function gapsAfter({ api, headers, secret }: Farm, cursor: string) {
  const socket = followChanges(api.url, headers, cursor);
  const client = createClient({ url: api.url, token: secret });
  const overSocket = new Promise<boolean>((resolve, reject) => {
    client.api.onJobChange.subscribe(
      { lastEventId: cursor },
      {
        onData: ({ data }) => data.type === 'alive' && resolve(data.gap),
        onError: reject,
      },
    );
  });
  const input = encodeURIComponent(JSON.stringify({ lastEventId: cursor }));
  const events = await fetch(`${api.url}/trpc/onJobChange?input=${input}`, { headers });
  let text = '';
  for await (const chunk of events.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes('"alive"')) break;
  }
  await waitFor(() => socket.frames.length > 0);
  const gaps = {
    events: socket.frames[0]?.gap,
    socket: await overSocket,
    sse: /"gap":(true|false)/.exec(text)?.[1] === 'true',
  };
  await socket.end();
  await client.close();
  return gaps;
}

test('a promotion that loses changes gives every cursor a gap, and none comes twice', async () => {
  const farm = await startFarm();
  const { servers, address, api, headers, move } = farm;
  const client = followChanges(api.url, headers);
  onTestFinished(client.end);
  await waitFor(() => client.cursor() !== '');
  const moveAll = async () => {
    for (let change = 0; change < CHANGES; change += 1) expect(await move()).toBe(200);
  };
  await moveAll();
  await waitFor(() => client.versions().length === CHANGES);
  const kept = client.cursor();
  expect(await gapsAfter(farm, kept)).toEqual({ events: false, socket: false, sse: false });
  await servers.catchUp();
  await servers.fallBehind();
  await moveAll();
  await waitFor(() => client.versions().length === 2 * CHANGES);
  const lost = client.cursor();

  address.switchTo(servers.standby.url());
  expect(await move()).toBe(503);
  const ready = await fetch(`${api.url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('a standby')]);
  await servers.promote();
  await waitFor(async () => (await move()) === 200);
  await waitFor(() => client.gaps() > 0);
  await moveAll();
  const sql = openSql(servers.standby.url());
  const [row] = await sql`select version from jobs where id = ${farm.jobId}`;
  await sql.end();
  const last = Number(row?.version);
  expect(last).toBeLessThanOrEqual(1 + 2 * CHANGES + 1);

  await waitFor(() => client.versions().at(-1) === last);
  const after = client.frames.slice(client.frames.findLastIndex(({ gap }) => gap === true));
  const versions = after.flatMap(({ version }) => version ?? []);
  expect(versions).toEqual([...new Set(versions)]);
  expect(Math.min(...versions)).toBeGreaterThan(1 + CHANGES);
  expect(await gapsAfter(farm, kept)).toEqual({ events: true, socket: true, sse: true });
  expect(await gapsAfter(farm, lost)).toEqual({ events: true, socket: true, sse: true });
  expect(await gapsAfter(farm, client.cursor())).toEqual({
    events: false,
    socket: false,
    sse: false,
  });

  // The old incarnation may have given receipts that the new one lacks: their numbers are passed
  // over.
  const url = `${api.url}/api/jobs/${farm.jobId}`;
  const stopped: unknown = await (await fetch(url, { method: 'DELETE', headers })).json();
  expect(JSON.stringify(stopped)).toMatch(/"receipt":\{"number":1\d{6}\b/);
  expect(await api.end()).toEqual({ code: 0, signal: null });
}, 180_000);

test('a synchronous standby has every change that was answered', async () => {
  const { servers, address, api, jobId, move } = await startFarm();
  await servers.replicateSynchronously();
  for (let change = 0; change < CHANGES; change += 1) expect(await move()).toBe(200);
  await servers.fallBehind();
  const unanswered = move();
  const primary = openSql(servers.primary.url());
  await waitFor(
    async () =>
      (await primary`select from pg_stat_activity where wait_event = 'SyncRep'`).length > 0,
  );
  await primary.end();

  await servers.promote();
  address.switchTo(servers.standby.url());
  expect(await unanswered).toBe(503);
  const standby = openSql(servers.standby.url());
  expect(await standby`select version from jobs where id = ${jobId}`).toEqual([
    { version: 1 + CHANGES },
  ]);
  await standby.end();
  expect(await api.end()).toEqual({ code: 0, signal: null });
}, 180_000);

import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { readSessionEnd, SESSION_LIFE } from '../../src/index.ts';
import { aFarm, aSession, aUser } from '../../testing/index.ts';

const farm = aFarm();
let sessionId: string;
beforeAll(async () => {
  await aUser(farm, 'sam');
  sessionId = await aSession(farm, 'sam');
});
const end = () => readSessionEnd(farm, { sessionId });
const minutesFromNow = (at: Date | undefined) =>
  Math.round(((at?.getTime() ?? 0) - Date.now()) / 60_000);

it('a session that is not used ends by its idle time, and use moves that end', async () => {
  const idleMinutes = SESSION_LIFE.idleMs / 60_000;
  await farm.sql`
    update sessions set last_seen_at = last_seen_at - interval '30 minutes'
    where id = ${sessionId}`;
  const unused = await end();
  expect(unused?.renewable).toBe(true);
  expect(minutesFromNow(unused?.endsAt)).toBe(idleMinutes - 30);
  await farm.sql`update sessions set last_seen_at = clock_timestamp() where id = ${sessionId}`;
  expect(minutesFromNow((await end())?.endsAt)).toBe(idleMinutes);
});

it('near its longest life a session ends at that time, and use does not move the end', async () => {
  await farm.sql`
    update sessions set expires_at = clock_timestamp() + interval '4 minutes'
    where id = ${sessionId}`;
  const last = await end();
  expect(last?.renewable).toBe(false);
  expect(minutesFromNow(last?.endsAt)).toBe(4);
});

it('an unknown session has no end', async () => {
  expect(await readSessionEnd(farm, { sessionId: randomUUID() })).toBeNull();
});

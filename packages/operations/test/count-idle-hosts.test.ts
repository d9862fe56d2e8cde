/*
 * How many hosts have a free slot. A host uses this number when it draws its time to claim a job.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { countIdleHosts, registerHost } from '../src/index.ts';
import { aFarm, aRunningJob, expectDone, HOST_FACTS, silence } from '../testing/index.ts';

const farm = aFarm();
const idle = () => countIdleHosts(farm.db);

async function aHost(name: string, slots: number) {
  const worker = { ...(await farm.worker(name)), workerId: randomUUID() };
  const facts = { ...HOST_FACTS, slots };
  expectDone(await registerHost(worker, { facts, uptimeMs: 0, isRunning: async () => false }));
  return worker;
}

it('a lease takes a slot only of its own host', async () => {
  const busy = [await aHost('busy-1', 1), await aHost('busy-2', 1)];
  for (const name of ['idle-1', 'idle-2', 'idle-3']) await aHost(name, 1);
  const half = await aHost('half', 2);
  for (const worker of [...busy, half]) await aRunningJob(farm, { worker });
  expect(await idle()).toBe(4);
  await farm.sql`update render_hosts set draining = true where name = 'busy-1'`;
  await silence(farm, 'busy-2');
  expect(await idle(), 'those with jobs are not counted').toBe(4);
  await aRunningJob(farm, { worker: half });
  expect(await idle()).toBe(3);
  await farm.sql`update render_hosts set problem = 'no licence' where name = 'idle-1'`;
  expect(await idle()).toBe(2);
  const own = await farm.hostWithLogin('own');
  expect(await countIdleHosts(own.worker.db), 'also for a login of its own').toBe(3);
});

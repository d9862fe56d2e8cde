/*
 * How often each act waits for the database, counted on the network connection after its statements
 * are prepared. A limit here is a promise, because each round trip costs the delay of the network.
 */
import { connect, type Store } from '@renderdeck/store/connect';
import { countRoundTrips } from '@renderdeck/testing/count-round-trips';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readClock } from '../src/index.ts';
import { actsOn, aFarm, aQueuedJob } from '../testing/index.ts';

/** The limits. They include BEGIN and COMMIT if the act is a transaction of several statements. */
const MOST: Readonly<Record<string, number>> = {
  submit: 1,
  'submit with a key': 4,
  'get a job': 3,
  'list the first page': 3,
  'read the measures': 13,
  'sample the farm': 2,
  'preview a priority': 3,
  'preview a submit': 1,
  'set a priority': 7,
  'cancel a queued job': 7,
  'cancel a running job': 7,
  claim: 1,
  'finish, after a read': 2,
  'finish and take the next job': 1,
  'acknowledge a stop and take the next job': 1,
  'renew the leases': 2,
  'allow a publish': 2,
  'read the changes': 2,
  'read a session': 4,
};

const farm = aFarm();
const worker = farm.workerOfFile();
let wire: Awaited<ReturnType<typeof countRoundTrips>>;
let store: Store;
let acts: ReturnType<typeof actsOn>;
beforeAll(async () => {
  wire = await countRoundTrips(farm.databaseUrl);
  store = connect(wire.url, { name: 'counted', poolSize: 1 });
  acts = actsOn(farm, store.db, worker);
});
afterAll(async () => {
  await store.close();
  await wire.close();
});

it('each act has its limit', () => {
  expect(Object.keys(MOST)).toEqual(Object.keys(acts));
});

it.each(Object.entries(MOST))('%s', async (name, most) => {
  for (let waiting = 0; waiting < 4; waiting += 1) await aQueuedJob(farm);
  const counts: number[] = [];
  // The first runs open the connection and prepare its statements.
  for (let times = 0; times < 3; times += 1) {
    const act = await acts[name]?.();
    // Nobody waits for the end of a read, so this call does.
    await readClock(store.db);
    counts.push(
      await wire.count(async () => expect(await act?.()).not.toHaveProperty('rejection')),
    );
  }
  if (process.env.PRINT_TRIPS) console.log(name, counts);
  expect(counts.at(-1)).toBeLessThanOrEqual(most);
});

/* Tags decide which host may claim a job. A job that no known host may claim has a warning. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  claimJob,
  declareHostGone,
  findJobView,
  listHostViews,
  registerHost,
  resubmitJob,
  submitJob,
} from '../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  expectDone,
  HOST_FACTS,
  NEXRENDER_JOB,
  silence,
} from '../testing/index.ts';

const farm = aFarm();
const tagged = (tags: string) => ({ nexrenderJob: { ...NEXRENDER_JOB, tags } });
/** A new run of the daemon of this host, with these tags. */
async function aHost(name: string, tags: readonly string[]) {
  const worker = await farm.worker(name);
  const facts = { ...HOST_FACTS, tags: [...tags] };
  const again = { ...worker, workerId: randomUUID() };
  expectDone(await registerHost(again, { facts, uptimeMs: 0, isRunning: async () => false }));
  return again;
}
const offersNothing = async (id: string) => (await findJobView(farm.db, id))?.noHostOffers;

it('a job waits for a host that offers its tags, and names those that none offers', async () => {
  await aHost('tag-01', ['ae24']);
  const { job, noHostOffers, position } = await aQueuedJob(farm, tagged('c4d, ae24'));
  expect({ tags: job.tags, noHostOffers, position }).toEqual({
    tags: ['ae24', 'c4d'],
    noHostOffers: ['c4d'],
    position: 1,
  });
  const plain = await aQueuedJob(farm);
  expect(plain).toMatchObject({ position: 2, noHostOffers: null, job: { tags: [] } });
  await aHost('tag-02', ['c4d']);
  expect(await offersNothing(job.id)).toEqual([]);
  const able = await aHost('tag-02', ['ae24', 'c4d', 'mac']);
  expect(await offersNothing(job.id)).toBeNull();
  const hosts = await listHostViews(farm.db);
  expect(hosts.map(({ name, tags }) => [name, tags])).toEqual([
    ['tag-01', ['ae24']],
    ['tag-02', ['ae24', 'c4d', 'mac']],
  ]);
  const lease = { leaseMs: 30_000 };
  const other = await farm.worker('tag-03');
  expect(expectDone(await claimJob(other, lease)).job.jobId).toBe(plain.job.id);
  expect(await claimJob(other, lease)).toMatchObject({ rejection: { code: 'queueEmpty' } });
  const claimed = await claimJob(able, { ...lease, tags: ['ae24', 'c4d', 'mac'] });
  expect(expectDone(claimed).job.jobId).toBe(job.id);
  expect(await offersNothing(job.id)).toBeNull();
});

it.each([
  { needs: 'slot-0', offers: [], places: [1, 3, 5, 7] },
  { needs: 'slot-1', offers: ['slot-1'], places: [0, 1, 2, 3] },
])(
  'slots of a host that offers $offers claim at once, each the next job it may have',
  async ({ needs, offers, places }) => {
    const made: string[] = [];
    for (const tags of [needs, '', needs, '', needs, '', needs, ''])
      made.push((await aQueuedJob(farm, { ...tagged(tags), priority: 90 })).job.id);
    const host = await aHost('tag-06', offers);
    const slots = places.map(() => claimJob(host, { leaseMs: 30_000, tags: offers }));
    const claimed = (await Promise.all(slots)).map((claim) => expectDone(claim).job.jobId);
    expect(claimed.map((id) => made.indexOf(id)).sort()).toEqual(places);
  },
);

it('a host that is gone, or offers less after a restart, has lost its old tags', async () => {
  const { job } = await aQueuedJob(farm, tagged('gpu'));
  await aHost('tag-04', ['gpu']);
  expect(await offersNothing(job.id)).toBeNull();
  await aHost('tag-04', []);
  expect(await offersNothing(job.id)).toEqual(['gpu']);
  await aHost('tag-04', ['gpu']);
  await silence(farm, 'tag-04');
  expect(await offersNothing(job.id)).toBeNull();
  expectDone(await declareHostGone(farm.admin, { name: 'tag-04', reason: 'burnt' }));
  expect(await offersNothing(job.id)).toEqual(['gpu']);
});

it('the audit line of a submission has the tags, and a repetition keeps them', async () => {
  const seen = await farm.trace(() =>
    submitJob(farm.admin, { name: 'Intro', priority: 50, ...tagged('b,a,b') }),
  );
  const { job } = expectDone(seen.result).view;
  expect(seen.audit).toMatchObject([{ after: { name: 'Intro', priority: 50, tags: 'a, b' } }]);
  expect(seen.notifications).toContainEqual(expect.stringMatching(/^queue waits \d+\.1 a,b$/));
  const again = expectDone(await resubmitJob(farm.admin, { id: job.id })).view;
  expect(again.job.tags).toEqual(['a', 'b']);
});

it('the login of a host claims only what its row offers, and cannot change tags', async () => {
  const { job } = await aQueuedJob(farm, { ...tagged('own'), priority: 100 });
  const own = await farm.hostWithLogin('tag-05');
  const claim = () => claimJob(own.worker, { leaseMs: 30_000, tags: ['own'] });
  expect(await claim()).toEqual({ ok: false, rejection: { code: 'queueEmpty' } });
  await expect(
    own.sql`update jobs set tags = '', version = version + 1 where id = ${job.id}`,
  ).rejects.toMatchObject({ code: 'RDHL1' });
  await own.sql`update render_hosts set tags = '{own}'`;
  expect(expectDone(await claim()).job.jobId).toBe(job.id);
});

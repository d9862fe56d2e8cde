import { randomUUID } from 'node:crypto';
import { holdOpen } from '@renderdeck/testing/race';
import { randomOf, SEED } from '@renderdeck/testing/random';
import { expect, it } from 'vitest';
import { previewPriority, setPriority } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  aRunningJob,
  cancel,
  NO_TRACE,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const NEAREST = { skip: 0, limit: 5 };

it('a preview names the jobs that would move, with positions, and changes nothing', async () => {
  const [a, b, c] = [
    await aQueuedJob(farm, { name: 'A' }),
    await aQueuedJob(farm, { name: 'B', by: 'uma' }),
    await aQueuedJob(farm),
  ];
  const seen = await farm.trace(() =>
    previewPriority(farm, { id: c.job.id, priority: 60, ...NEAREST }),
  );
  expect(seen.result).toMatchObject({
    ok: true,
    preview: {
      priority: { before: 50, after: 60 },
      position: { before: 3, after: 1 },
      version: 1,
      queued: 3,
      movedCount: 2,
      moved: [
        { id: a.job.id, name: 'A', submittedBy: 'sam', position: { before: 1, after: 2 } },
        { id: b.job.id, name: 'B', submittedBy: 'uma', position: { before: 2, after: 3 } },
      ],
    },
  });
  expect(seen).toMatchObject(NO_TRACE);
  expect(await previewPriority(farm, { id: a.job.id, priority: 10, ...NEAREST })).toMatchObject({
    preview: {
      position: { before: 1, after: 3 },
      moved: [
        { id: b.job.id, position: { before: 2, after: 1 } },
        { id: c.job.id, position: { before: 3, after: 2 } },
      ],
    },
  });
  for (const { job } of [a, b, c]) await cancel(farm, job.id);
});

it('300 random previews equal the receipts and positions that setPriority then gives', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 60 }, (_, index) => aQueuedJob(farm, { priority: (index * 13) % 7 })),
  );
  const places = async () =>
    new Map(
      (
        await farm.sql<{ id: string; place: number }[]>`
        select id, row_number() over (order by queue_key)::int as place from jobs
        where queue_key is not null`
      ).map(({ id, place }) => [id, place]),
    );
  let before = await places();
  const random = randomOf(SEED);
  for (let round = 0; round < 300; round += 1) {
    const id = random.pick(jobs).job.id;
    const priority = random.between(0, 7);
    const previewed = await previewPriority(farm, { id, priority, ...NEAREST });
    const set = await setPriority(farm.admin, { id, priority, expectedVersion: null });
    if (!previewed.ok || !set.ok) throw new Error('a waiting job was refused');
    const { preview } = previewed;
    const after = await places();
    expect(set.receipt).toMatchObject({ priority: preview.priority, position: preview.position });
    expect(after.get(id)).toBe(preview.position.after);
    const moved = [...before].filter(
      ([other, place]) => other !== id && after.get(other) !== place,
    );
    expect(preview.movedCount).toBe(moved.length);
    expect(preview.moved.length).toBe(Math.min(5, moved.length));
    for (const { id: other, position } of preview.moved)
      expect([before.get(other), after.get(other)]).toEqual([position.before, position.after]);
    before = after;
  }
}, 180_000);

it('a preview does not wait for an open priority change of the same job', async () => {
  const { job } = await aQueuedJob(farm, { priority: 100 });
  const change = await holdOpen(farm.db, (tx) =>
    setPriority(within(tx, farm.admin), { id: job.id, priority: 0, expectedVersion: null }),
  );
  expect(await previewPriority(farm, { id: job.id, priority: 99, ...NEAREST })).toMatchObject({
    preview: { position: { before: 1, after: 1 } },
  });
  await change.rollBack();
});

it('a preview is rejected for the same reasons as setPriority', async () => {
  const running = await aRunningJob(farm);
  const queued = await aQueuedJob(farm);
  for (const [id, priority] of [
    [running.id, 60],
    [randomUUID(), 60],
    [queued.job.id, 101],
    [running.id, 101],
  ] as const) {
    const previewed = await previewPriority(farm, { id, priority, ...NEAREST });
    expect(previewed).toMatchObject({ ok: false });
    expect(previewed).toEqual(
      await setPriority(aRequestContext(farm.db, 'eve'), { id, priority, expectedVersion: null }),
    );
  }
});

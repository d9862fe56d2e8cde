import { expect } from 'vitest';
import { priorityReceiptSchema } from '../../src/index.ts';
import { ADA, codeOf, JOB, type Promises, refusalOf, SAM } from './fixture.ts';

const NEAREST = { skip: 0, limit: 5 };

export const priority: Promises = {
  async 'the tags of a waiting job are set; a job that runs keeps its tags'({
    audit,
    host,
    port,
    submit,
  }) {
    const { id } = await submit('Intro');
    const set = async (tags: string | string[], expectedVersion?: number) =>
      (await port.setTags(ADA, { id, tags, expectedVersion })).job;
    expect(await set(['gpu', 'after effects'], 1)).toMatchObject({
      tags: ['after_effects', 'gpu'],
      version: 2,
      position: 1,
    });
    expect(await set('gpu,after_effects')).toMatchObject({ version: 2 });
    expect(await codeOf(set('mac', 1))).toBe('stale_version');
    expect(await set('')).toMatchObject({ tags: [], version: 3 });
    await host.claim();
    expect(await codeOf(set('gpu'))).toBe('job_not_queued');
    expect(await audit({ action: 'setTags' })).toMatchObject([
      { outcome: 'done', before: { tags: 'after_effects, gpu' }, after: { tags: 'none' } },
      { outcome: 'noop' },
      { outcome: 'done', before: { tags: 'none' }, after: { tags: 'after_effects, gpu' } },
    ]);
    const { changes } = await port.listJobChanges(ADA, { id, limit: 10 });
    expect(changes.filter(({ event }) => event === 'setTags')).toHaveLength(2);
  },

  async 'a submitter asks for the default priority at most, an admin for any'({ list, port }) {
    expect(
      await refusalOf(port.submitJob(SAM, { name: 'over', priority: 51, job: JOB })),
    ).toMatchObject({
      code: 'priority_too_high',
      status: 403,
      facts: { priority: 51, most: 50 },
    });
    expect((await list()).jobs).toEqual([]);
    for (const [requestContext, priority] of [
      [SAM, 50],
      [SAM, 0],
      [ADA, 100],
    ] as const)
      expect(
        await port.submitJob(requestContext, { name: 'fits', priority, job: JOB }),
      ).toMatchObject({
        job: { priority },
      });
  },

  async 'a submission gets the position that its preview gave'({ port, submit, host }) {
    await submit('before', 50);
    await submit('after', 20);
    const preview = await port.previewSubmit(SAM, { priority: 50 });
    expect(preview).toMatchObject({ position: 2, queued: 2, highestPriority: 50 });
    expect(await submit('previewed', 50)).toMatchObject({ position: preview.position });
    expect(await port.previewSubmit(ADA, { priority: 100 })).toMatchObject({
      position: 1,
      queued: 3,
      highestPriority: 100,
    });
    await host.claim();
    expect(await port.previewSubmit(ADA, { priority: 0 })).toMatchObject({
      position: 3,
      queued: 2,
    });
  },

  async 'a preview names all jobs that move, the nearest first, page by page'({ port, submit }) {
    for (const name of ['a', 'b', 'c', 'd']) await submit(name, 50);
    const last = await submit('last', 50);
    const moved = async (id: string, priority: number, skip: number) => {
      const preview = await port.previewPriority(ADA, { id, priority, skip, limit: 3 });
      expect(preview.movedCount).toBe(4);
      return preview.moved.map(({ name, position }) => `${name} ${position.after}`);
    };
    expect(await moved(last.id, 60, 0)).toEqual(['a 2', 'b 3', 'c 4']);
    expect(await moved(last.id, 60, 3)).toEqual(['d 5']);
    const first = await submit('first', 90);
    await port.setPriority(ADA, { id: last.id, priority: 100 });
    await port.setPriority(ADA, { id: last.id, priority: 40 });
    expect(await moved(first.id, 45, 0)).toEqual(['b 2', 'c 3', 'd 4']);
    expect(await moved(first.id, 45, 3)).toEqual(['a 1']);
    expect(await moved(first.id, 45, 4)).toEqual([]);
  },

  async 'a priority change gives the positions that its preview gave'({
    audit,
    list,
    port,
    submit,
  }) {
    const [a, b, c] = [await submit('a', 50), await submit('b', 50), await submit('c', 10)];
    const preview = await port.previewPriority(ADA, { id: c.id, priority: 60, ...NEAREST });
    expect(preview).toMatchObject({
      priority: { before: 10, after: 60 },
      position: { before: 3, after: 1 },
      version: 1,
      queued: 3,
      movedCount: 2,
    });
    expect(preview.moved).toMatchObject([
      { id: a.id, name: 'a', position: { before: 1, after: 2 } },
      { id: b.id, name: 'b', position: { before: 2, after: 3 } },
    ]);
    expect((await list()).jobs.map((job) => job.id)).toEqual([a.id, b.id, c.id]);

    const { job, newPosition, receipt } = await port.setPriority(ADA, {
      id: c.id,
      priority: 60,
      expectedVersion: 1,
    });
    expect(priorityReceiptSchema.parse(receipt)).toMatchObject({
      priority: preview.priority,
      position: preview.position,
      changedBy: 'ada',
      version: 2,
      noop: false,
    });
    expect([job.position, newPosition, job.version]).toEqual([1, 1, 2]);
    expect((await list()).jobs.map(({ id }) => id)).toEqual([c.id, a.id, b.id]);
    expect(await audit({ action: 'setPriority' })).toMatchObject([
      {
        outcome: 'done',
        jobId: c.id,
        before: { priority: 10, position: 3 },
        after: { priority: 60, position: 1 },
      },
    ]);
  },

  async 'the same priority again is a noop'({ audit, port, submit }) {
    const { id } = await submit('a', 50);
    expect((await port.setPriority(ADA, { id, priority: 50 })).receipt).toMatchObject({
      noop: true,
      version: 1,
      position: { before: 1, after: 1 },
    });
    expect(await audit({ action: 'setPriority' })).toMatchObject([{ outcome: 'noop' }]);
  },

  async 'a stale version and a job that is not queued are refused'({ port, run, submit }) {
    const { id } = await submit('a', 50);
    await port.setPriority(ADA, { id, priority: 51 });
    expect(await codeOf(port.setPriority(ADA, { id, priority: 60, expectedVersion: 1 }))).toBe(
      'stale_version',
    );
    expect((await port.getJob(ADA, { id })).job).toMatchObject({ priority: 51, version: 2 });
    const runs = await run();
    expect(await codeOf(port.setPriority(ADA, { id: runs, priority: 60 }))).toBe('job_not_queued');
    expect(await codeOf(port.previewPriority(ADA, { id: runs, priority: 60, ...NEAREST }))).toBe(
      'job_not_queued',
    );
  },
};

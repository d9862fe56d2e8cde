import { expect } from 'vitest';
import type { ListJobsOutput } from '../../src/index.ts';
import type { Promises } from './fixture.ts';

const namesOf = ({ jobs }: ListJobsOutput) => jobs.map(({ name }) => name);

export const findJobs: Promises = {
  async 'a job is found by a part of its name or id, and keeps its place in the whole queue'({
    list,
    submit,
  }) {
    await submit('Spot_0141 Köln');
    const { id, name } = await submit("Intro 100% 'a\\\\b'");
    await submit('Outro');
    for (const q of ['100%', "'a\\\\", 'INTRO', 'o 1', id, id.slice(2, 9).toUpperCase()]) {
      const found = await list({ q });
      expect(found.jobs, q).toMatchObject([{ name, position: 2 }]);
      expect(found.matching).toEqual({ count: 1, running: 0, queued: 1, capped: false });
      expect(found.counts.queued).toBe(3);
    }
    expect(namesOf(await list({ q: 'kÖL' }))).toEqual(['Spot_0141 Köln']);
    expect(namesOf(await list({ q: 'tro' }))).toHaveLength(2);
    expect(namesOf(await list({ q: 'o' }))).toHaveLength(3);
    for (const q of ['_1', 'Intro%', '10_', 'nowhere', 'trо'])
      expect(namesOf(await list({ q }))).toEqual([]);
  },

  async 'host, submitter, status and time narrow the list together'({ host, list, run, submit }) {
    const first = await run('first');
    await host.complete(first);
    await run('second');
    const waits = await submit('third');
    expect(namesOf(await list({ host: 'render-01' }))).toEqual(['second', 'first']);
    expect(namesOf(await list({ host: 'render-01', show: 'ended' }))).toEqual(['first']);
    expect(namesOf(await list({ host: 'nowhere' }))).toEqual([]);
    expect(namesOf(await list({ by: 'ada' }))).toHaveLength(3);
    expect(namesOf(await list({ by: 'ada', status: 'QUEUED' }))).toEqual(['third']);
    expect(namesOf(await list({ by: 'sam' }))).toEqual([]);
    const later = new Date(new Date(waits.createdAt).getTime() + 60_000).toISOString();
    expect(namesOf(await list({ to: later }))).toHaveLength(3);
    expect(namesOf(await list({ from: later }))).toEqual([]);
    expect(namesOf(await list({ from: waits.createdAt, q: 'third' }))).toEqual(['third']);
    expect(namesOf(await list({ to: waits.createdAt, q: 'third' }))).toEqual([]);
  },

  async 'pages lead back as they lead on, and skip leaves out jobs before the page'({
    cancel,
    list,
    run,
    submit,
  }) {
    await run();
    for (const index of [1, 2, 3, 4]) await submit(`waits ${index}`);
    for (const index of [1, 2, 3]) await cancel((await submit(`over ${index}`)).id);
    const whole = namesOf(await list());
    const pages: (readonly string[])[] = [];
    let last = await list({ limit: 3 });
    expect(last.previousCursor).toBeNull();
    for (;;) {
      pages.push(namesOf(last));
      if (last.nextCursor === null) break;
      last = await list({ limit: 3, cursor: last.nextCursor });
    }
    expect(pages.flat()).toEqual(whole);
    for (const page of pages.slice(0, -1).reverse()) {
      last = await list({ limit: 3, cursor: last.previousCursor, direction: 'previous' });
      expect(namesOf(last)).toEqual(page);
      expect(last.nextCursor).not.toBeNull();
    }
    expect(last.previousCursor).toBeNull();
    for (const skip of [0, 1, 4, 6, 8]) {
      const page = await list({ skip, limit: 2 });
      expect(namesOf(page)).toEqual(whole.slice(skip, skip + 2));
      expect(page.matching.count).toBe(8);
      expect(page.previousCursor === null).toBe(skip === 0 || skip === 8);
    }
    expect(namesOf(await list({ direction: 'previous', limit: 3 }))).toEqual(whole.slice(-3));
  },
};

import { expect, it, vi } from 'vitest';
import { A_DOWNLOAD, aJob } from '../testing/a-job.ts';
import { createJobStore } from './job-store.ts';

it('a job never goes backward: an older version that comes late is dropped', () => {
  const store = createJobStore();
  const job = aJob({ version: 4, status: 'CANCELLING' });
  store.put([job]);
  store.put([aJob({ id: job.id, version: 3, status: 'RENDERING' })]);
  expect(store.get(job.id)?.status).toBe('CANCELLING');
});

it('after a gap the next state of a job counts, also an older one, and only the next', () => {
  const store = createJobStore();
  const job = aJob({ version: 4, status: 'CANCELLED' });
  store.put([job]);
  store.acceptOlder();
  store.putProgress([{ id: job.id, progress: 70, timeLeftMs: null }]);
  expect(store.get(job.id)).toBe(job);
  store.put([aJob({ id: job.id, version: 3, status: 'RENDERING' })]);
  store.put([aJob({ id: job.id, version: 2, status: 'QUEUED' })]);
  expect(store.get(job.id)?.status).toBe('RENDERING');
});

it('places change without a new version, and progress of one version only grows', () => {
  const store = createJobStore();
  const job = aJob({ version: 4, progress: 60, position: 7 });
  store.put([job]);
  store.put([{ ...job, progress: 50, position: 6 }]);
  store.putProgress([{ id: job.id, progress: 55, timeLeftMs: null }]);
  expect(store.get(job.id)).toMatchObject({ progress: 60, position: 6 });
});

it('an older report of a transfer is dropped, and the end of the transfer is not', () => {
  const store = createJobStore();
  const at = (second: number) => ({
    ...{ ...A_DOWNLOAD, names: [], timeLeftMs: null, bytes: second },
    reportedAt: `2026-11-25T02:14:0${second}.000Z`,
  });
  const job = aJob({ progress: 0, transfer: at(3) });
  const [{ id }, same] = [job, { progress: 0, timeLeftMs: job.timeLeftMs }];
  const bytes = () => store.get(id)?.transfer?.bytes;
  store.put([job]);
  store.put([{ ...job, transfer: at(1) }]);
  store.putProgress([{ id, ...same, transfer: at(2) }]);
  expect(bytes()).toBe(3);
  store.putProgress([{ id, ...same, transfer: at(4) }]);
  expect(bytes()).toBe(4);
  store.putProgress([{ id, ...same, transfer: null }]);
  expect(bytes()).toBeUndefined();
});

it('a new attempt starts from zero', () => {
  const store = createJobStore();
  const job = aJob({ version: 4, progress: 60 });
  store.put([job]);
  store.put([{ ...job, version: 5, progress: 0 }]);
  expect(store.get(job.id)?.progress).toBe(0);
});

it('notifies only the listeners of the changed job', () => {
  const store = createJobStore();
  const [mine, other] = [aJob(), aJob({ id: '00000000-0000-4000-8000-000000000000' })];
  const listener = vi.fn();
  const stop = store.subscribe(mine.id, listener);
  store.put([mine, other]);
  store.putProgress([{ id: other.id, progress: 99, timeLeftMs: null }]);
  expect(listener).toHaveBeenCalledTimes(1);
  stop();
  store.put([mine]);
  expect(listener).toHaveBeenCalledTimes(1);
});

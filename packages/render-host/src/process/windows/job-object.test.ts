import { expect, test } from 'vitest';
import { aWindowsApi, type FakeJob } from '../../../testing/a-windows-api.ts';
import { createJobObject } from './job-object.ts';

const aJob = (more: Partial<FakeJob> = {}) => {
  const fake = aWindowsApi(more);
  const job = createJobObject(fake.api);
  return { fake, job };
};
/** A job that has adopted its launcher. Its answers change after that. */
const aHeldJob = (later: Partial<FakeJob> = {}) => {
  const held = aJob({ members: [], running: [140] });
  held.job.adopt(140);
  Object.assign(held.fake.state, later);
  return held;
};

test('a job with only its launcher holds the launcher and keeps its pid in use', () => {
  const { job, fake } = aHeldJob();
  expect([...job.listPids()]).toEqual([140]);
  expect(job.isEmpty()).toBe(false);
  expect(job.launcher).toMatchObject({ pid: 140, created: '1000' });
  expect(fake.open()).toContain('process 140');
});

test('a job is empty when no member is listed or counted and the launcher has ended', () => {
  expect(aHeldJob({ members: [], running: [] }).job.isEmpty()).toBe(true);
});

test.each([
  ['a member is listed', { members: [141], active: 0, running: [] }],
  ['a member is counted, but not listed', { members: [], active: 1, running: [] }],
  ['the launcher runs on', { members: [], active: 0, running: [140] }],
] as const)('a job is not empty while %s', (_what, later) => {
  expect(
    aHeldJob({ ...later, members: [...later.members], running: [...later.running] }).job.isEmpty(),
  ).toBe(false);
});

test.each([
  ['access to the list is denied', { listError: 5 }],
  ['the list never fits', { listError: 234 }],
  ['the list cannot be read at all', { listError: 6 }],
  ['the count cannot be read', { members: [], running: [], countError: 5 }],
  ['the launcher cannot be asked', { members: [], running: [], waitError: 6 }],
] as const)('when %s, the members are unknown, never none', (_what, later) => {
  expect(aHeldJob({ ...later, members: [], running: [] }).job.isEmpty()).toBeNull();
});

test('reading a broken list throws and never gives an empty list', () => {
  expect(() => aHeldJob({ listError: 5 }).job.listPids()).toThrow(
    /could not be asked for its members: error 5 \(access denied\)/,
  );
});

test('a list that is longer than the buffer is read again with more space', () => {
  const members = Array.from({ length: 500 }, (_, at) => 1000 + at * 4);
  const { job } = aHeldJob({ members });
  expect([...job.listPids()]).toEqual(members);
});

test('a short list without an error is read again, too', () => {
  const members = Array.from({ length: 500 }, (_, at) => 1000 + at * 4);
  const { job } = aHeldJob({ members, shortListIsNoError: true });
  expect(job.listPids().size).toBe(500);
});

test.each([
  ['may not be opened', { openError: 5 }, /access denied/],
  ['cannot be assigned', { assignError: 5 }, /given its launcher \(pid 140\)/],
  ['is not in the job afterwards', { assignsNothing: true }, /seen to hold its launcher/],
  ['does not tell when it began', { createdError: 5 }, /when its launcher began/],
] as const)('a launcher that %s is refused, and its handle is closed', (_what, more, why) => {
  const { job, fake } = aJob({ running: [140], ...more });
  expect(() => job.adopt(140)).toThrow(why);
  expect(fake.open()).toEqual(['job']);
});

test.each([
  ['lets members leave', { flags: 0x2800 }],
  ['lets them leave silently', { flags: 0x3000 }],
  ['outlives its daemon', { flags: 0x0400 }],
  ['has no limits', { flags: 0 }],
] as const)('a job that %s is refused', (_what, more) => {
  const fake = aWindowsApi(more);
  expect(() => createJobObject(fake.api)).toThrow(/it would not hold a render/);
  expect(fake.open()).toEqual([]);
});

test('the missing limits of Wine are accepted', () => {
  expect(() => createJobObject(aWindowsApi({ flags: 0, isWine: true }).api)).not.toThrow();
});

test.each([
  ['runs in the job', {}, false],
  ['has ended', { running: [] }, false],
  ['does not exist', { openError: 87 }, false],
  ['may not be asked', { openError: 5 }, true],
  ['runs elsewhere', { members: [] }, true],
] as const)('a process that %s: outside is %s', (_what, later, isOutside) => {
  const given = { ...later };
  const { job } = aHeldJob({ members: [140], running: [140] });
  expect(job.isOutside(140)).toBe(false);
  const { job: asked, fake } = aHeldJob({ members: [140], running: [140] });
  Object.assign(fake.state, given);
  expect(asked.isOutside(140)).toBe(isOutside);
});

test('removing a job closes each of its handles once', () => {
  const { job, fake } = aHeldJob({ members: [], running: [] });
  job.remove();
  job.remove();
  expect(fake.open()).toEqual([]);
  expect(fake.closedTwice()).toEqual([]);
  expect(job.isEmpty()).toBe(true);
});

test('a job that cannot be terminated throws', () => {
  expect(() => aHeldJob({ terminateError: 5 }).job.killAll()).toThrow(/could not be ended/);
});

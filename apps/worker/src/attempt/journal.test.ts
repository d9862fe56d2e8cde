import { randomUUID } from 'node:crypto';
import type { AttemptReport } from '@renderdeck/domain';
import { folderOfFile, temporaryFolder } from '@renderdeck/testing';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { Journal } from './journal.ts';

const folder = folderOfFile('journal');
const log = pino({ level: 'silent' });
const open = () => Journal.open(folder.path, log);

const report = (): AttemptReport => ({
  jobId: randomUUID(),
  attemptId: randomUUID(),
  number: 1,
  host: 'render-01',
  identity: {
    hostId: randomUUID(),
    machineId: null,
    hardwareId: null,
    bootId: 'b1',
    pidNamespace: null,
  },
  workerId: randomUUID(),
  treeMarker: 'marker',
  end: {
    kind: 'stopped',
    request: { by: 'ada', at: new Date(), channel: 'rest', reason: null },
    afterMs: 12.5,
  },
  output: 'none',
  publications: null,
  signalled: true,
  stopReport: {
    processes: [
      {
        ...{ pid: 41, name: 'AfterFX', parentPid: 40 },
        // A host may not be able to read the start time.
        startedAt: null,
        ...{ endedBy: 'SIGKILL', endedAt: '2026-03-01T12:00:00.000Z' },
      },
    ],
    proof: 'kernel',
    survivors: [],
    timeToDeadMs: 30.25,
    // Reports of older versions have neither these fields nor `goneAt`.
    ...{ firstSignalAt: null, deadAt: '2026-03-01T12:00:00.000Z', rounds: 1 },
  },
  removalReport: { files: 3, bytes: 10, leftovers: [], timeToCleanMs: 4 },
  ranMs: 1500.5,
  deadAt: new Date().toISOString(),
});
const unsentTo = async (journal: Journal, incarnation: string) =>
  (await journal.unsentTo(incarnation)).map((entry) => entry.report);

it('after a restart a report is still unsent until this incarnation has it', async () => {
  const own = report();
  await (await open()).save(own);
  const next = await open();
  expect(await unsentTo(next, 'first incarnation')).toEqual([own]);
  await next.markSent(own, 'first incarnation');
  expect(await unsentTo(await open(), 'first incarnation')).toEqual([]);
  expect(await unsentTo(await open(), 'second incarnation')).toEqual([own]);
  await next.addRemoval(own.attemptId, { files: 1, bytes: 5, leftovers: [], timeToCleanMs: 1 });
  expect((await unsentTo(next, 'second incarnation'))[0]?.removalReport).toMatchObject({
    files: 4,
    bytes: 15,
  });
});

it('a sent report is kept for a week after it was saved, an unsent report for ever', async () => {
  const journal = await open();
  const [sent, unsent, running] = [report(), report(), report()];
  await journal.save(sent);
  await journal.markSent(sent, 'this incarnation');
  await journal.save(unsent);
  await journal.save(running);
  await journal.markSent(running, 'this incarnation');
  const idsOf = async () =>
    (await unsentTo(await open(), 'another incarnation')).map(({ attemptId }) => attemptId);
  await journal.prune([running.attemptId]);
  expect(await idsOf()).toEqual(expect.arrayContaining([sent.attemptId, unsent.attemptId]));
  vi.useFakeTimers({ now: Date.now() + 8 * 24 * 3600 * 1000, toFake: ['Date'] });
  await journal.prune([running.attemptId]);
  vi.useRealTimers();
  expect(await idsOf()).toEqual(expect.arrayContaining([unsent.attemptId, running.attemptId]));
  expect(await idsOf()).not.toContain(sent.attemptId);
});

it('marking a report as sent does not replace a later report of its attempt', async () => {
  const journal = await open();
  const last = report();
  const stopReport = { ...last.stopReport, proof: null };
  const first: AttemptReport = { ...last, end: { kind: 'lost' }, stopReport };
  await journal.save(first);
  await journal.save(last);
  await journal.markSent(first, 'this incarnation');
  expect(journal.hasUnsent(last.attemptId, 'this incarnation')).toBe(true);
  expect(await unsentTo(await open(), 'this incarnation')).toContainEqual(last);
});

it('a report that cannot be written is logged', async () => {
  const root = await temporaryFolder('journal-gone');
  const journal = await Journal.open(root.path, log);
  await root.remove();
  expect(await journal.save(report())).toBe(false);
});

it('what a yes allows is kept beside the report, until a later report', async () => {
  const journal = await open();
  const own = report();
  const identity = { inode: '7', size: 3, modifiedNs: '12' };
  const move = {
    kind: 'file',
    part: '/out/.a.part',
    path: '/out/a',
    identity,
    sha256: 'ab',
  } as const;
  const pending = { move, isLast: true };
  await journal.save(own, pending);
  await journal.markSent(own, 'this incarnation');
  expect(await (await open()).read(own.attemptId)).toMatchObject({ report: own, pending });
  await journal.save({ ...own, output: 'published' });
  expect((await (await open()).read(own.attemptId))?.pending).toBeNull();
});

it('a report that was sent does not replace a later one with other publications', async () => {
  const journal = await open();
  const first = { ...report(), publications: [{ what: 'a', state: 'published' }] } as const;
  const later = { ...first, publications: [...first.publications, ...first.publications] };
  const pending = { move: null, isLast: false };
  await journal.save(first);
  await journal.save(later, pending);
  await journal.markSent(first, 'this incarnation');
  expect(await journal.read(first.attemptId)).toMatchObject({ sentTo: null, pending });
});

/*
 * A worker may stop at any moment, even between two statements. It must not hold a row then, so no
 * write of a worker is a transaction of several statements.
 */
import type { Database } from '@renderdeck/store';
import { expect, it } from 'vitest';
import * as operations from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFarm,
  aRunningJob,
  attemptOf,
  BEGIN,
  prove,
  publishedBy,
  REMOVAL,
  type RunningJob,
  recordLog,
  recordProgress,
  recordStatements,
  recordUsage,
  release,
  reports,
  STOP,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
type Write = (context: typeof worker, running: RunningJob) => Promise<unknown>;

/** statements.test.ts shows the others: a claim, a renewal, the second gate and the ends. */
const WRITES: Readonly<Record<string, Write>> = {
  'record the scratch folder': (context, { attemptId }) =>
    operations.recordScratch(context, { attemptId, scratchPath: '/scratch' }),
  'record progress': (context, { attemptId }) => {
    const progress = { phase: 'rendering', percent: 1, frame: 1, totalFrames: 100 };
    return recordProgress(context, { progress: [{ attemptId, ...progress, steps: [] }] });
  },
  'record usage': (context, { attemptId }) =>
    recordUsage(context, { attempts: [{ attemptId, usage: [], history: null }] }),
  'record the log': (context, { attemptId }) => {
    const chunk = { seq: 1, at: new Date(), stream: 'aerender', lines: ['x'] } as const;
    return recordLog(context, { attemptId, chunks: [chunk] });
  },
  'pass the first publish gate': (context, job) =>
    operations.passPublishGate(context, attemptOf(job)),
  'record a part': (context, { attemptId }) =>
    operations.recordParts(context, { attemptId, parts: ['/renders/.film.mov.part'] }),
  'record an output': (context, job) =>
    operations.recordPublished(context, publishedBy(attemptOf(job))),
  'record removed files': (context, { attemptId }) =>
    operations.recordRemoval(context, { attemptId, removal: REMOVAL }),
  'report a stop': (context, job) =>
    operations.reportStop(context, { attempt: attemptOf(job), stopReport: STOP }),
  release: (context, job) => release(job, 'the worker shut down', { by: context }),
  'report an orphan': (context, job) => prove(job, reports(), context),
  'sign off': (context) => operations.signOffHost(context),
};

async function recorded(write: (db: Database) => Promise<unknown>): Promise<string[]> {
  const { db, statements } = recordStatements(farm.db);
  await write(db);
  return statements;
}

it.each(Object.keys(WRITES))(
  'a worker that writes holds no row between statements: %s',
  async (name) => {
    const running = await aRunningJob(farm, { worker });
    const statements = await recorded(async (db) => WRITES[name]?.({ ...worker, db }, running));
    expect(statements).not.toEqual([]);
    expect(statements).not.toContain(BEGIN);
  },
);

it('the writes about a stop are single statements, too', async () => {
  const running = await aCancellingJob(farm, { worker });
  const statements = await recorded(async (db) => {
    const context = { ...worker, db };
    await operations.recordStopReceived(context, { attempt: attemptOf(running), afterMs: 5 });
    await acknowledge(running, reports(), context);
  });
  expect(statements).not.toContain(BEGIN);
  expect(await operations.findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLED' },
  });
});

/*
 * Before a module runs that may send something out of the host, the output of its attempt is on
 * record as `maybe`, also if the module runs before the render. The publish gate says yes only
 * after the host's journal has recorded it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount } from '@renderdeck/render-host/testing';
import { copyTo } from '@renderdeck/standalone/testing';
import { writeHoldAction } from '@renderdeck/testing/hold-action';
import { waitFor } from '@renderdeck/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const COPY = '@nexrender/action-copy';
const LONG = { frames: 2000, frameMs: 100 } as const;

const farm = farmOfFile();
let holds: Awaited<ReturnType<typeof writeHoldAction>>;
/** A module of this test that may leave the host: each run appends to the file `posted`. */
let module: string;
const posted = () => join(farm.folders.output, 'posted');
const runs = () => (existsSync(posted()) ? readFileSync(posted(), 'utf8').length : 0);
const startWorker = (
  name: string,
  more: Readonly<Record<string, string>> = {},
  within?: string[],
) =>
  farm.startWorker(
    name,
    {
      RENDERDECK_ACTIONS: `${COPY},${module},${holds.module}`,
      RENDERDECK_LOCAL_ACTIONS: holds.module,
      ...more,
    },
    within,
  );

beforeAll(async () => {
  holds = await writeHoldAction(farm.folders.assets);
  module = join(farm.folders.assets, 'post.cjs');
  await writeFile(
    module,
    `module.exports = async (job) => {
       require('node:fs').appendFileSync(${JSON.stringify(posted())}, '.');
     };`,
  );
});

test.each(['predownload', 'postdownload', 'prerender'])(
  'a cancel during the render has the output `maybe` if a module of %s ran',
  async (list) => {
    await startWorker('one');
    const before = runs();
    const job = await farm.submit({
      project: LONG,
      actions: () => ({ [list]: [{ module }] }),
    });
    await farm.untilProgress(job.id, 1);
    expect([runs() - before, (await farm.readJob(job.id)).view.job.output]).toEqual([1, 'maybe']);
    await farm.cancel(job.id);
    await farm.until(job.id, 'CANCELLED');
    expect(await farm.cancel(job.id)).toMatchObject({
      receipt: { outcome: 'cancelled', output: 'maybe' },
    });
  },
);

test('a module before the render waits for an attempt that may have published', async () => {
  const first = await startWorker('one');
  const before = runs();
  const hold = holds.hold();
  const job = await farm.submit({
    actions: (output) => ({
      predownload: [{ module }],
      prerender: [hold.action],
      postrender: [copyTo(output)],
    }),
  });
  await waitFor(hold.isHeld);
  await first.kill();
  await farm.endLease('one');

  await startWorker('two');
  await farm.untilPhase(job.id, 'waitingToPublish');
  expect(runs() - before).toBe(1);
  await hold.release();
  await startWorker('one');
  const { attempts } = await farm.until(job.id, 'COMPLETED');
  expect(runs() - before).toBe(2);
  expect(attempts).toMatchObject([
    { number: 2, output: 'published', outcome: 'completed' },
    { number: 1, output: 'maybe', outcome: 'lost' },
  ]);
  // Waiting is not a step: the steps begin in their usual order.
  expect(attempts[0]?.steps?.map(({ name }) => name)).toEqual([
    'download',
    'prepare',
    'render',
    'post',
  ]);
});

/** Starts a worker whose journal is on its own small disk, which the test fills or locks. */
async function startWithSmallJournal() {
  const folder = join(farm.scratchOf('small'), '.host', 'journal');
  const mount = `mkdir -p ${folder} && mount -t tmpfs -o size=2m tmpfs ${folder} && exec "$@"`;
  const worker = await startWorker('small', {}, ['unshare', '--mount', 'sh', '-c', mount, 'sh']);
  const within = (...command: string[]) =>
    execFileSync('nsenter', [`--mount=/proc/${worker.pid}/ns/mnt`, '--', ...command]);
  const remount = (mode: 'ro' | 'rw') => within('mount', '-o', `remount,${mode}`, folder);
  const big = join(folder, 'of-somebody-else');
  return {
    worker,
    fill: () => within('sh', '-c', `cat /dev/zero > ${big} 2> /dev/null || true`),
    lock: () => remount('ro'),
    unlock: () => remount('rw'),
  };
}

test.skipIf(!canMount()).each(['prerender', 'postrender'])(
  'if the journal cannot be written in %s, no gate opens (needs mounts)',
  async (list) => {
    const { lock, unlock } = await startWithSmallJournal();
    const [hold, next] = [holds.hold(), holds.hold()];
    const job = await farm.submit({
      actions: (output) =>
        list === 'prerender'
          ? { prerender: [hold.action], postrender: [next.action, copyTo(output)] }
          : { postrender: [hold.action, copyTo(output)] },
    });
    await waitFor(hold.isHeld);
    lock();
    await hold.release();
    const { view, attempts } = await farm.untilJob(
      job.id,
      'given back',
      (found) => found.view.job.status === 'QUEUED',
    );
    // Postrender begins behind the first gate.
    expect(next.isHeld()).toBe(false);
    expect(existsSync(job.output)).toBe(false);
    expect(view.job).toMatchObject({
      output: 'none',
      warnings: [],
      failure:
        'Attempt 1 was given back by small: Nothing was put out, because the journal of this ' +
        'host could not be written.',
    });
    expect(attempts).toMatchObject([{ outcome: 'hostFailed', output: 'none', parts: [] }]);
    unlock();
    await farm.cancel(job.id);
  },
);

test.skipIf(!canMount())(
  'a journal on a full disk has its space, and the job is published (needs mounts)',
  async () => {
    const { worker, fill } = await startWithSmallJournal();
    const hold = holds.hold();
    const job = await farm.submit({
      actions: (output) => ({ prerender: [hold.action], postrender: [copyTo(output)] }),
    });
    await waitFor(hold.isHeld);
    fill();
    await hold.release();
    const { attempts } = await farm.until(job.id, 'COMPLETED');
    expect(attempts).toMatchObject([{ outcome: 'completed', output: 'published' }]);
    expect(existsSync(job.output)).toBe(true);
    expect(worker.said()).not.toContain('a report is not in the journal');
  },
);

/*
 * Files that block the process that opens them: a FIFO in the place of a file of After Effects, a
 * file on a share that does not answer, a source of a job. They do not stop the renewal of leases.
 * The host takes no new job and says why. A cancel still reaches the render and is proven.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canMount, findOtherUser } from '@renderdeck/render-host/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, onTestFinished, test } from 'vitest';
import {
  OWN_MOUNTS,
  startDeadShare,
  startShareWithoutAccess,
  withDeadShare,
} from './farm/dead-share.ts';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';
import { giveToUser } from './farm/give-to-user.ts';
import { makePipe } from './slow-things.ts';

/** A renewal that waited 5 s for a file would come too late, because it comes each third. */
const LEASE_MS = 7000;
/** So many renewals take longer than one lease. Without them the lease would have run out. */
const RENEWALS = 4;
const CLEAN_END = { code: 0, signal: null };
const { user, leftOut } = await findOtherUser();

const farm = farmOfFile({
  RENDERDECK_LEASE_MS: String(LEASE_MS),
  RENDERDECK_SLOTS: '2',
  RENDERDECK_STOP_GRACE_MS: '300',
});

const startupFolder = () =>
  join(farm.settingsOf().RENDERDECK_AERENDER ?? '', '..', 'Scripts', 'Startup');

async function readRenewals(id: string): Promise<number> {
  const [row] = await farm.sql`select lease_renewals::int as renewals from jobs where id = ${id}`;
  return Number(row?.renewals);
}

/**
 * Waits until the lease was renewed for longer than it lasts, and the first attempt still holds it.
 */
async function expectRenewed(id: string): Promise<void> {
  const before = await readRenewals(id);
  await waitFor(
    async () => {
      const renewals = (await readRenewals(id)) - before;
      if (renewals >= RENEWALS) return renewals;
      throw new Error(`there were ${renewals}`);
    },
    { what: 'the lease to be renewed' },
  );
  expect((await farm.readJob(id)).view.job).toMatchObject({ status: 'RENDERING', attempts: 1 });
}

/** Cancels a job that renders, and expects the proof that no process of the job lives. */
async function expectCancelled(id: string): Promise<void> {
  await farm.cancel(id);
  await farm.until(id, 'CANCELLED');
  const { receipt } = await farm.cancel(id);
  expect(receipt).toMatchObject({ outcome: 'cancelled', survivors: [], output: 'none' });
  expect(receipt.proof).toMatch(/^(kernel|forkFree|repeated)$/);
  expect(await farm.processes()).toEqual([]);
}

/** Lists the programs that ask which rights the render user has at this path. */
const listAskers = (path: string) =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && readCommand(pid).includes(path));

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // the process has ended
  }
}

async function expectLeftWaiting(id: string): Promise<void> {
  expect((await farm.readJob(id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
}

test.skipIf(user === null)(
  `a FIFO in the place of the startup script, with renders as another user${leftOut}`,
  async () => {
    if (user !== null) giveToUser(farm.folders, user);
    await farm.startWorker('of-fifo', { RENDERDECK_RENDER_USER: 'nobody' });
    const script = join(startupFolder(), 'commandLineRenderer.jsx');
    const job = await farm.submit({ project: SLOW });
    await farm.untilPhase(job.id, 'rendering');
    await rename(script, `${script}-away`);
    const putBack = () => rename(`${script}-away`, script);
    onTestFinished(() => putBack().catch(() => undefined)); // it fails if the file is back already
    await makePipe(script, 'never');
    await farm.untilHost(
      'of-fifo',
      'with a problem',
      ({ problem }) => problem?.startsWith(`${script} is a FIFO, not a regular file.`) === true,
    );
    const next = await farm.submit();
    await expectRenewed(job.id);
    await expectLeftWaiting(next.id);
    await expectCancelled(job.id);
    await putBack();
    await farm.until(next.id, 'COMPLETED');
  },
);

test.skipIf(!canMount())(
  'a share with the startup script that does not answer (needs mounts)',
  async () => {
    const worker = await farm.startWorker('of-share', {}, OWN_MOUNTS);
    const job = await farm.submit({ project: SLOW });
    await farm.untilPhase(job.id, 'rendering');
    const dead = await startDeadShare(startupFolder(), worker.pid);
    const script = join(startupFolder(), 'commandLineRenderer.jsx');
    await farm.untilHost(
      'of-share',
      'with a problem',
      ({ problem }) => problem === `${script} did not answer within 5 s.`,
    );
    const next = await farm.submit();
    await expectRenewed(job.id);
    await expectLeftWaiting(next.id);
    await expectCancelled(job.id);
    dead.end();
    await farm.cancel(next.id);
  },
);

test.skipIf(!canMount())(
  'a host whose After Effects begins to answer later renders from then on (needs mounts)',
  async () => {
    const share = withDeadShare(startupFolder(), join(farm.folders.assets, 'share.pid'));
    const worker = await farm.startWorker('of-later', {}, share.within);
    const silent = await farm.untilHost(
      'of-later',
      'with a problem',
      ({ problem }) => problem?.endsWith('did not answer within 5 s.') === true,
    );
    expect(silent.renderer).toBe('none');
    share.repair(worker.pid);
    await farm.untilHost(
      'of-later',
      'with its renderer',
      ({ renderer, problem }) => renderer?.startsWith('Stand-in') === true && problem === null,
    );
    const job = await farm.submit();
    await farm.until(job.id, 'COMPLETED');
  },
);

test.skipIf(!canMount())(
  'a share of the asset roots stops answering while a job waits for it (needs mounts)',
  async () => {
    const worker = await farm.startWorker('of-assets', {}, OWN_MOUNTS);
    const job = await farm.submit({ project: SLOW });
    await farm.untilPhase(job.id, 'rendering');
    const dead = await startDeadShare(farm.folders.assets, worker.pid);
    const next = await farm.submit();
    await farm.untilHost(
      'of-assets',
      'with a problem',
      ({ problem }) => problem?.includes('of RENDERDECK_ASSET_ROOTS does not answer') === true,
    );
    await expectRenewed(job.id);
    await expectCancelled(job.id);
    // A claim that checked the share before it went silent is given back.
    const { attempts } = await farm.untilJob(
      next.id,
      'left or given back',
      ({ view }) => view.job.status === 'QUEUED',
    );
    for (const { outcome } of attempts) expect(outcome).toBe('hostFailed');
    expect((await farm.cancel(next.id)).receipt).toMatchObject({ outcome: 'cancelled' });
    dead.end();
  },
);

test.skipIf(user === null || !canMount())(
  `a share never answers which rights the render user has (needs mounts)${leftOut}`,
  async () => {
    if (user !== null) giveToUser(farm.folders, user);
    const share = join(farm.folders.assets, 'share');
    await mkdir(share);
    const env = {
      RENDERDECK_RENDER_USER: 'nobody',
      RENDERDECK_ASSET_ROOTS: `${farm.folders.assets}:${share}`,
    };
    const worker = await farm.startWorker('of-access', env, OWN_MOUNTS);
    const job = await farm.submit({ project: SLOW });
    await farm.untilPhase(job.id, 'rendering');
    const dead = await startShareWithoutAccess(share, worker.pid);
    await farm.untilHost(
      'of-access',
      'with a problem',
      ({ problem }) => problem === `${share} did not answer within 10 s. No job is taken.`,
    );
    const next = await farm.submit();
    await expectRenewed(job.id);
    await expectLeftWaiting(next.id);
    await expectCancelled(job.id);
    await farm.cancel(next.id);
    // One program has asked, and waits until the share is gone. The worker itself does not wait.
    expect(listAskers(share)).toHaveLength(1);
    expect(await worker.end()).toEqual(CLEAN_END);
    dead.end();
    await waitFor(() => listAskers(share).length === 0, { what: 'the program that asked to end' });
  },
);

test("a cancel ends a render at once although nexrender waits for a job's FIFO", async () => {
  await farm.startWorker('of-source');
  const pipe = await makePipe(join(farm.folders.assets, 'hangs.png'), 'never');
  const job = await farm.submit({
    change: (sample) => ({
      ...sample,
      assets: [{ type: 'image', layerName: 'logo', src: pathToFileURL(pipe).href }],
    }),
  });
  await farm.untilPhase(job.id, 'downloading');
  await expectRenewed(job.id);
  await expectCancelled(job.id);
});

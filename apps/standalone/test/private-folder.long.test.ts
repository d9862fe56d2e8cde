/**
 * Runs the commands of the README as root, in a fresh checkout that only root may enter (0700) and
 * in one that everyone may enter (0755). PostgreSQL runs as a user who cannot enter the first one.
 */
import { chmod, realpath, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyCheckout } from './copy-checkout.ts';
import { type Run, runStandalone } from './run-standalone.ts';

const isRoot = userInfo().uid === 0;
const READY_WITHIN_MS = 100_000;

const home = folderOfFile('checkout');
let checkout: string;
let farms: { dataDir: string; end: Run['end'] }[];

describe.runIf(isRoot)('as root, in a checkout (needs root)', () => {
  beforeAll(async () => {
    checkout = join(home.path, 'renderdeck');
    await copyCheckout(checkout);
  }, 120_000);

  describe.each(['0700', '0755'])('of mode %s', (mode) => {
    beforeAll(() => chmod(checkout, mode));
    beforeEach(() => {
      farms = [];
    });
    afterEach(async () => {
      await Promise.all(farms.map(({ end }) => end('SIGTERM')));
      for (const { dataDir } of farms) await removeData(dataDir);
    });

    it('the demo becomes ready, and so do three starts at once; all end on a signal', async () => {
      const started = [run('demo'), run('start'), run('start'), run('start')];
      const urls = await Promise.all(started.map((farm) => farm.ready(READY_WITHIN_MS)));
      expect(new Set(urls).size).toBe(4);
      const codes = started.map((farm, index) => farm.end(index < 2 ? 'SIGINT' : 'SIGTERM'));
      expect(await Promise.all(codes)).toEqual([0, 0, 0, 0]);
      expect(await findFarmProcesses(checkout)).toEqual([]);
    });

    // tour.test.ts runs the tour in a folder that everyone may enter.
    it.runIf(mode === '0700')('the tour holds (in 0700)', async () => {
      const tour = runStandalone('tour', {}, checkout);
      const { exitCode } = await tour.child;
      expect(tour.output()).toContain('All of it held.');
      expect(exitCode).toBe(0);
    });
  });
});

function run(command: 'start' | 'demo') {
  const dataDir = join(checkout, `farm-${farms.length}`);
  const farm = runStandalone(command, { RENDERDECK_DATA_DIR: dataDir }, checkout);
  farms.push({ dataDir, end: farm.end });
  return farm;
}

/** Also removes PostgreSQL's data, which is outside the checkout if its user cannot enter it. */
async function removeData(dataDir: string): Promise<void> {
  const cluster = await realpath(join(dataDir, 'postgres/cluster')).catch(() => null);
  if (cluster?.startsWith('/var/lib/renderdeck/farm-'))
    await rm(dirname(cluster), { recursive: true });
  await rm(dataDir, { recursive: true, force: true });
}

/*
 * Where a Windows host publishes: on a drive, and on a share of a server. A reader that opens the
 * output all the time sees either the earlier output or the complete new one, and nothing in
 * between.
 */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTo } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { describeOnWindows } from '@renderdeck/wine';
import { beforeAll, expect, test } from 'vitest';
import { farmOnWindows } from './windows-host.ts';

const SHARE = String.raw`\\nas\renders`;

describeOnWindows('publishing on Windows', (wine) => {
  const { farm, host } = farmOnWindows(wine);
  /** The Linux folders that the drive and the share show. */
  let onDrive: string;
  let onShare: string;

  beforeAll(async () => {
    onDrive = join(wine.driveC, 'renders');
    onShare = join(farm.folders.output, 'share');
    for (const folder of [onDrive, onShare]) await mkdir(folder);
    await mkdir(join(wine.driveC, '..', 'dosdevices', 'unc', 'nas'), { recursive: true });
    await symlink(onShare, join(wine.driveC, '..', 'dosdevices', 'unc', 'nas', 'renders'));
    await host.startWorker('win', {
      RENDERDECK_OUTPUT_ROOTS: `C:\\renders;${SHARE}`,
    });
  });

  const submitTo = (output: string) =>
    farm.submit({
      project: { frames: 50, frameMs: 1 },
      actions: () => ({ postrender: [copyTo(output)] }),
    });

  test.each([
    { place: 'a drive', folder: () => onDrive, output: 'C:\\renders\\spot.avi' },
    { place: 'a share', folder: () => onShare, output: `${SHARE}\\spot.avi` },
  ])('a new output on $place replaces the earlier output in one step', async (where) => {
    const path = join(where.folder(), 'spot.avi');
    await writeFile(path, 'the earlier output');
    const seen = new Set<number>();
    const job = await submitTo(where.output);
    await waitFor(
      async () => {
        seen.add((await readFile(path)).length);
        return seen.size > 1;
      },
      { withinMs: 60_000, everyMs: 2, what: 'the output to change' },
    );
    await farm.until(job.id, 'COMPLETED');
    const whole = await readFile(path);
    expect(whole.subarray(0, 4).toString()).toBe('RIFF');
    expect([...seen]).toEqual(['the earlier output'.length, whole.length]);
    expect(await readdir(where.folder())).toEqual(['spot.avi']);
  });
});

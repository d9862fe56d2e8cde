/*
 * One farm with a Linux host and a Windows host. The demo's jobs name their files by Linux paths.
 * Both hosts render them, and a job does not know which host will take it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@renderdeck/client';
import { DEMO, submitSample } from '@renderdeck/standalone/testing';
import { describeOnWindows } from '@renderdeck/wine';
import { expect, test } from 'vitest';
import { farmOnWindows } from './windows-host.ts';

/** The frames of the demo would take minutes. */
const FAST = { RENDERDECK_STAND_IN_FRAME_MS: '0', RENDERDECK_STAND_IN_FRAMES: '60' };

describeOnWindows('a farm of a Windows and a Linux host', (wine) => {
  const { farm, host } = farmOnWindows(wine, FAST);

  test('both hosts render jobs of the demo, and all of them complete', async () => {
    const { api } = createClient({ url: farm.url, token: farm.token });
    const { assets, output } = farm.folders;
    const folders = { samples: assets, output };
    const ids: string[] = [];
    for (const sample of DEMO) ids.push((await submitSample(api, folders, sample)).id);
    const daemon = await host.startWorker('win', FAST);
    const [first = ''] = ids;
    await farm.untilJob(first, 'taken', ({ view }) => view.job.status !== 'QUEUED');
    await farm.startWorker('linux');
    const hosts = new Set<string>();
    for (const id of ids) {
      const { attempts } = await farm.until(id, 'COMPLETED', 120_000);
      expect(attempts).toHaveLength(1);
      hosts.add(attempts[0]?.host ?? '');
    }
    expect([...hosts].sort()).toEqual(['linux', 'win']);
    for (const { name, isSequence } of DEMO)
      expect(existsSync(join(output, isSequence ? name : `${name}.avi`))).toBe(true);
    expect(await host.drain(daemon)).toMatchObject({ code: 0 });
    expect(await host.programs()).toEqual([]);
  });
});

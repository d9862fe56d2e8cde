/*
 * A Windows host loses power while it renders. Its next boot has another boot id. That proves that
 * no process of the render is left, and the job is rendered again.
 */
import { describeOnWindows } from '@renderdeck/wine';
import { expect, test } from 'vitest';
import { farmOnWindows } from './windows-host.ts';

describeOnWindows('a power cut of a Windows host', (wine) => {
  const { farm, host } = farmOnWindows(wine);

  test('after the next boot the host proves the end and renders the job again', async () => {
    const first = await host.startWorker('win');
    const job = await farm.submit({ project: { frames: 60, frameMs: 100 } });
    const cut = await farm.untilPhase(job.id, 'rendering');
    await wine.powerOff();
    await first.ended;
    expect(await host.files()).toEqual([`attempt-${cut.id}`]);
    // The name is free after the lease of the earlier worker has run out.
    await farm.endLease('win');
    await host.startWorker('win');
    const { attempts } = await farm.until(job.id, 'COMPLETED', 120_000);
    const ended = attempts.find(({ id }) => id === cut.id);
    expect(ended?.stopReport).toMatchObject({ proof: 'rebooted', survivors: [] });
    expect(ended?.hostIdentity?.bootId).not.toBe(attempts[0]?.hostIdentity?.bootId);
    expect(ended?.hostIdentity).toMatchObject({
      hostId: attempts[0]?.hostIdentity?.hostId,
      machineId: attempts[0]?.hostIdentity?.machineId,
    });
    expect(await host.files()).toEqual([]);
  });
});

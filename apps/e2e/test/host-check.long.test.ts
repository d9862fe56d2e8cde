/*
 * An admin asks a host to check itself. The check has its own process tree, which belongs to no
 * attempt in the database. If the daemon dies during the check, the next daemon ends that tree.
 */
import { randomUUID } from 'node:crypto';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { listHostViews } from '@renderdeck/operations';
import { canMount } from '@renderdeck/render-host/testing';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';
import { expect, onTestFinished, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { type Facts, keepNamespace, OWN_PIDS, onMachine } from './farm/other-host.ts';

const farm = farmOfFile();

const scratchFolders = async (name: string) =>
  (await readdir(farm.scratchOf(name))).filter((entry) => entry.startsWith('attempt-'));

test('a check of a host that can render names each step and leaves nothing behind', async () => {
  await farm.startWorker('one');
  const { check, checkAsked } = await farm
    .send('POST', '/hosts/one/check', {})
    .then(() => farm.untilHost('one', 'checked', (host) => host.check !== null));
  expect(checkAsked).toBeNull();
  expect(check?.parts.map(({ name, ok }) => [name, ok])).toEqual([
    ['renderer', true],
    ['startup script', true],
    ['disk', true],
    ['render', true],
    ['licence', true],
  ]);
  expect(check?.parts[0]?.sentence).toMatch(/^aerender version .*stand-in.* starts[.]$/);
  expect(await scratchFolders('one')).toEqual([]);
  expect(await farm.processes()).toEqual([]);
});

test('a request whose notification is lost is answered at the next heartbeat', async () => {
  await farm.startWorker('two');
  await farm.untilHost('two', 'registered', () => true);
  await farm.sql`update render_hosts set check_asked_at = clock_timestamp(), check_asked_by = 'ada'
    where name = 'two'`;
  await farm.untilHost('two', 'checked', (host) => host.check !== null && !host.checkAsked);
  const view = (await listHostViews(farm.db)).find(({ name }) => name === 'two');
  expect(view?.askedCheckHeldAt).toBeInstanceOf(Date);
});

/** Starts a worker whose check hangs, and asks for a check. `mend` makes its aerender work. */
async function startHangingCheck(name: string, within: readonly string[] = []) {
  const folder = join(farm.folders.assets, `hanging-ae-${name}`);
  const { aerender } = await installStandIn(folder);
  // This sleep leaves the process group of the launcher. After the daemon died, only the tree
  // marker finds it.
  await writeFile(aerender, '#!/bin/sh\nsetsid sleep 600 &\nexec sleep 600\n');
  await chmod(aerender, 0o755);
  const settings = { RENDERDECK_AERENDER: aerender };
  const worker = await farm.startWorker(name, settings, within);
  await farm.untilHost(name, 'registered', () => true);
  await farm.send('POST', `/hosts/${name}/check`, { waitMs: 0 });
  const sleeping = async () =>
    (await findFarmProcesses(farm.scratchOf(name))).filter((one) => one.name.includes('sleep'))
      .length;
  await expect.poll(sleeping, { timeout: 60_000 }).toBe(2);
  return { worker, settings, sleeping, mend: () => installStandIn(folder) };
}

async function untilWell(name: string): Promise<void> {
  await farm.untilHost(name, 'checked', ({ check }) => check?.held === true);
  expect(await scratchFolders(name)).toEqual([]);
  await farm.untilHost(
    name,
    'without a problem or a process of nobody',
    ({ problem, unclaimedProcesses }) => problem === null && unclaimedProcesses === 0,
    150_000,
  );
}

test('the next daemon ends the processes of a check whose daemon was killed', async () => {
  const { worker, settings, sleeping, mend } = await startHangingCheck('three');
  await worker.kill();
  await mend();
  await farm.startWorker('three', settings);
  await expect.poll(sleeping, { timeout: 60_000 }).toBe(0);
  await untilWell('three');
});

const booted = (facts: Facts) => [...OWN_PIDS, ...onMachine(farm.folders.assets, facts)];
test.skipIf(!canMount()).each([
  {
    what: 'reboot',
    name: 'four',
    first: () => booted({ bootId: randomUUID() }),
    second: () => booted({ bootId: randomUUID(), uptime: '1' }),
  },
  { what: 'new container', name: 'five', first: () => OWN_PIDS, second: () => OWN_PIDS },
])(
  'after a $what, the next daemon removes what an interrupted check left (needs mounts)',
  async ({ name, first, second }) => {
    const { worker, settings, sleeping, mend } = await startHangingCheck(name, first());
    onTestFinished(keepNamespace(worker.pid));
    await worker.kill();
    await expect.poll(sleeping, { timeout: 60_000 }).toBe(0);
    await mend();
    // Within the lease of the first daemon, the name is refused to another container.
    await farm.endLease(name);
    await farm.startWorker(name, settings, second());
    await untilWell(name);
  },
);

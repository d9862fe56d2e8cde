import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { linuxListing } from '../../../src/process/snapshot/linux.ts';
import { noCgroup } from '../../../testing/cgroup-place.ts';
import { whyNoNamespaces } from '../../../testing/in-namespaces.ts';
import { waitUntil } from '../../../testing/wait-until.ts';
import {
  type HiddenTree,
  killIfThere,
  sshAgent,
  startHiddenTree,
  unreadable,
  unreadableInventor,
  unreadableMover,
} from './a-hidden-tree.ts';

// A look does not see a process that /proc hides. Then it must not prove any end.

const WITHIN = { timeout: 180_000 };
/** The self-test runs its programs one after the other. */
const WITHIN_ALL = { timeout: 600_000 };
const leftOut = process.getuid?.() === 0 ? whyNoNamespaces() : ' (left out: it takes root)';
const noAgent = existsSync('/usr/bin/ssh-agent') ? '' : ' (left out: no ssh-agent is installed)';

let tree: HiddenTree | null = null;
afterEach(async () => {
  await tree?.end();
  tree = null;
});
async function start(...args: Parameters<typeof startHiddenTree>): Promise<HiddenTree> {
  tree = await startHiddenTree(...args);
  return tree;
}

const cases = [
  { name: 'a program of mode 0711', program: unreadable, container: 'subreaper', missing: '' },
  { name: 'a program of mode 0711', program: unreadable, container: 'none', missing: '' },
  { name: `ssh-agent${noAgent}`, program: sshAgent, container: 'subreaper', missing: noAgent },
] as const;

describe.skipIf(leftOut !== '')(`a render of a user without rights${leftOut}`, () => {
  test.each(cases)(
    'a hidden process leaves no proof, a visible one is ended: $name, held by $container',
    WITHIN,
    async ({ program, container, missing }) => {
      if (missing !== '') return;
      const { stop, lives, ask, remount } = await start(container, program, 'hidepid=2');
      for (const options of ['hidepid=1', 'hidepid=4', 'hidepid=2']) {
        remount(options);
        expect(await ask('see')).toMatch(/mounted with hidepid=[\s\S]*can make no cgroup/);
        const { proof, deadAt, survivors } = await stop();
        expect({ proof, deadAt, lives: lives() }).toEqual({
          ...{ proof: null, deadAt: null },
          lives: true,
        });
        expect(survivors).toEqual([
          { pid: 0, name: 'unknown', state: expect.stringMatching(/^unknown: .*hidepid=/) },
        ]);
      }
      remount('defaults');
      expect(await ask('see')).toBeNull();
      const { proof, survivors } = await stop();
      expect({ survivors, lives: lives() }).toEqual({ survivors: [], lives: false });
      expect(proof).toMatch(/forkFree|repeated/);
    },
  );

  test.each([
    ['hidepid=2', true, /^unknown: .*hidepid=/],
    ['subset=pid', false, /subset=pid/],
  ])(
    'a process that was seen and is hidden later is not reported as ended: %s',
    WITHIN,
    async (options, lived, state) => {
      const { stop, lives, remount, record, pid } = await start('none', unreadable, 'defaults');
      expect(record.members.map((seen) => seen.pid)).toContain(pid);
      remount(options);
      const { proof, survivors, processes } = await stop(lived ? 2000 : undefined);
      expect({ proof, lives: lives() }).toEqual({ proof: null, lives: lived });
      const survivor = survivors.find((one) => one.pid === (lived ? pid : 0));
      expect(survivor?.state).toMatch(state);
      const told = processes.find((seen) => seen.pid === pid)?.endedAt ?? null;
      expect(told === null).toBe(lived);
    },
  );

  test.skipIf(noCgroup !== '')(
    `a cgroup proves the end of a hidden process${noCgroup}`,
    WITHIN,
    async () => {
      const { stop, lives, ask, remount } = await start('cgroup', unreadable, 'hidepid=2');
      remount('hidepid=2,subset=pid');
      // Another render could move into this cgroup, so no other render may begin meanwhile.
      expect(await ask('see')).toMatch(/ belongs to a render that runs/);
      const { proof, survivors } = await stop();
      expect({ proof, survivors, lives: lives() }).toEqual({
        ...{ proof: 'kernel', survivors: [] },
        lives: false,
      });
      expect(await ask('see')).toBeNull();
    },
  );

  test.skipIf(noCgroup !== '').each([
    ['to the cgroup above', unreadableMover, ''],
    ['to one that has the name of a cgroup of an attempt', unreadableInventor, ''],
    ['to that of the service', unreadableMover, 'renderdeck-worker.service'],
  ])(
    `a cgroup does not prove the end of a process that left it unseen: %s${noCgroup}`,
    WITHIN,
    async (_where, program, service) => {
      const { stop, lives, ask, remount } = await start('cgroup', program, 'hidepid=2', {
        service,
      });
      expect(await ask('see')).toMatch(/hidden process \d+ is in a cgroup into which a/);
      const { proof, survivors } = await stop();
      expect({ proof, lives: lives() }).toEqual({ proof: null, lives: true });
      expect(survivors).toEqual([
        expect.objectContaining({ state: expect.stringMatching(/hidepid/) }),
      ]);
      remount('defaults');
      expect(await ask('see')).toBeNull();
      expect(await stop()).toMatchObject({ survivors: [] });
      expect(lives()).toBe(false);
    },
  );

  test('a launcher that loses its daemon ends the orphans that it cannot see', WITHIN, async () => {
    const { lives, killDaemon } = await start('subreaper', unreadable, 'hidepid=2');
    expect(lives()).toBe(true);
    killDaemon();
    await waitUntil('the hidden orphan has ended', () => !lives(), 60_000);
  });

  test('the group that the mount names sees everything', WITHIN, async () => {
    const { stop, lives, ask } = await start('none', unreadable, 'hidepid=2,gid=65534');
    expect(await ask('see')).toBeNull();
    const { proof } = await stop();
    expect(lives()).toBe(false);
    expect(proof).not.toBeNull();
  });

  test(
    'a program without a readable mark is named, and its end is not proven',
    WITHIN,
    async () => {
      const options = { withoutLimitMark: true };
      const { stop, lives, pid, record } = await start('none', unreadable, 'defaults', options);
      expect(record.members.map((seen) => seen.pid)).not.toContain(pid);
      const { proof, survivors } = await stop();
      expect({ proof, lives: lives() }).toEqual({ proof: null, lives: true });
      const named = `unknown: The marks of process ${pid} (program) cannot be read`;
      expect(survivors).toEqual([
        expect.objectContaining({ state: expect.stringContaining(named) }),
      ]);
    },
  );

  test('a hidden daemon does not count as dead', WITHIN, async () => {
    const { ask, remount } = await start('none', unreadable, 'defaults');
    const init = (await linuxListing.readStates([1])).get(1)?.startToken;
    for (const options of ['defaults', 'hidepid=1', 'hidepid=2', 'hidepid=4']) {
      remount(options);
      expect(await ask(`daemon 1 ${init}`)).toBe(true);
      expect(await ask(`daemon ${2 ** 22 + 1} 7`)).toBe(false);
    }
  });

  test('the self-test never reports the end of a process it cannot see', WITHIN_ALL, async () => {
    const { ask } = await start('none', unreadable, 'hidepid=2');
    const { ok, cases } = await ask('self-test');
    expect(ok).toBe(false);
    expect(cases.filter((one: { ok: boolean }) => one.ok)).toEqual([]);
    const problems: string[] = cases.map((one: { problem: string }) => one.problem).slice(-2);
    for (const problem of problems) {
      expect(problem).toMatch(/^Still alive: \d+$/);
      killIfThere(Number(problem.split(': ')[1]));
    }
  });
});

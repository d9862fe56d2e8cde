import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { ContainerKind, RememberedProcess } from '@renderdeck/domain';
import { describe, expect, test } from 'vitest';
import { detectContainer } from '../../src/process/container/container.ts';
import { isSameProcess } from '../../src/process/process-identity.ts';
import { startProcessTree } from '../../src/process/start-process-tree.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { HOSTILE_PROGRAMS } from '../../src/self-test/hostile-programs.ts';
import { noCgroup, parentCgroup } from '../../testing/cgroup-place.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { aTreeToStart, startHostileProgram } from './hostile-programs/start-hostile-program.ts';
import { keepTree } from './keep-tree.ts';

describe('before go', () => {
  test('only the launcher runs, with a known identity, and no program of the render', async () => {
    const messages: unknown[] = [];
    const tree = await keepTree(
      startProcessTree({ ...aTreeToStart(), onMessage: (message) => messages.push(message) }),
    );
    expect((await tree.members()).map(({ pid }) => pid)).toEqual([tree.record.root?.pid]);
    expect(tree.record.root !== null && (await isSameProcess(tree.record.root))).toBe(true);
    expect(messages).toEqual([]);
  });

  test('a record as JSON is enough for another daemon', async () => {
    const tree = await keepTree(startHostileProgram(HOSTILE_PROGRAMS.daemon));
    const record = JSON.parse(JSON.stringify(tree.record));
    expect((await stopProcessTree(record, { graceMs: 0 })).processes.length).toBeGreaterThanOrEqual(
      3,
    );
    expect(await tree.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('a launcher that cannot start gives a clear error and leaves no container', async () => {
    const options = { ...aTreeToStart(), cwd: `/nowhere/${randomUUID()}` };
    await expect(startProcessTree(options)).rejects.toThrow(/launcher of the render/);
    const { detail } = await detectContainer();
    const parent = /in (\/.*)\.$/.exec(detail)?.[1];
    if (parent !== undefined)
      expect(
        existsSync(`${parent}/renderdeck-${options.attemptId}-${options.treeMarker.slice(0, 12)}`),
      ).toBe(false);
  });
});

/** Removes the cgroup of an attempt as soon as it appears, again and again. */
const REMOVE = "for (;;) try { require('node:fs').rmdirSync(process.argv[1]) } catch {}";

test.skipIf(noCgroup !== '')(
  `a container that vanishes during the start is one failed start, and no other error${noCgroup}`,
  async () => {
    const options = aTreeToStart();
    const name = `renderdeck-${options.attemptId}-${options.treeMarker.slice(0, 12)}`;
    const path = `${parentCgroup}/${name}`;
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const remover = spawn(process.execPath, ['-e', REMOVE, path], { stdio: 'ignore' });
    try {
      await waitUntil('a start whose container is gone', async () => {
        try {
          const tree = await startProcessTree({ ...options, container: 'cgroup' });
          await stopProcessTree(tree.record, { graceMs: 0 });
          await tree.close();
          return false;
        } catch (error) {
          return String(error).includes('ENOENT');
        }
      });
    } finally {
      remover.kill('SIGKILL');
      await once(remover, 'exit');
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  },
);

describe('after go', () => {
  test('messages go both ways, and early messages are kept until the module listens', async () => {
    const messages: unknown[] = [];
    const tree = await keepTree(
      startProcessTree({ ...aTreeToStart(), onMessage: (message) => messages.push(message) }),
    );
    tree.go({ command: 'sh', args: ['-c', 'exit 3'] });
    tree.send({ command: 'sh', args: ['-c', 'exit 4'] });
    await waitUntil('both programs have ended', () => messages.length === 2);
    expect(new Set(messages.map((message) => JSON.stringify(message)))).toEqual(
      new Set(['{"programEnded":3}', '{"programEnded":4}']),
    );
  });

  test('ended does not wait for a daemon that holds the output open', async () => {
    const tree = await keepTree(startHostileProgram(HOSTILE_PROGRAMS.daemon, 'none'));
    tree.send({ command: 'sh', args: ['-c', 'kill -9 $PPID'] });
    expect(await tree.ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await tree.members()).not.toEqual([]);
  });

  test('a module that cannot be loaded ends the launcher with code 70 and a reason', async () => {
    let output = '';
    const tree = await keepTree(
      startProcessTree({
        ...aTreeToStart(),
        modulePath: '/nowhere/module.mjs',
        onOutput: (_stream, chunk) => (output += chunk.toString()),
      }),
    );
    tree.go({});
    expect(await tree.ended).toEqual({ code: 70, signal: null });
    await waitUntil('the reason is printed', () => output.includes('/nowhere/module.mjs'));
  });

  const kinds: ContainerKind[] = [
    ...(noCgroup === '' ? ['cgroup' as const] : []),
    'subreaper',
    'none',
  ];
  test.each(kinds)(
    `when the channel closes, the launcher ends its group (%s)${noCgroup}`,
    async (kind) => {
      const tree = await keepTree(startHostileProgram(HOSTILE_PROGRAMS.deaf, kind));
      await tree.close().catch(() => {});
      await tree.ended;
      await waitUntil('the group is gone', async () => (await tree.members()).length === 0);
    },
  );

  test('a launcher that adopts orphans ends them before it ends by itself', async () => {
    const module = `import { spawn } from 'node:child_process';
      const command = 'setsid env -i sleep 1000 >/dev/null & echo up';
      const shell = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
      shell.stdout.once('data', () => {
        process.exitCode = 5;
        process.channel.unref();
      });`;
    const modulePath = `data:text/javascript,${encodeURIComponent(module)}`;
    const tree = await keepTree(
      startProcessTree({ ...aTreeToStart(), modulePath, container: 'subreaper' }),
    );
    tree.go({});
    expect(await tree.ended).toEqual({ code: 5, signal: null });
    expect(await tree.members()).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')(
    'the record keeps the seen members, and the record alone is enough to find them',
    async () => {
      const tree = await keepTree(startHostileProgram(HOSTILE_PROGRAMS.wipedDaemon, 'none'));
      let daemon: RememberedProcess[] = [];
      await waitUntil('the daemon is an orphan', async () => {
        const members = await tree.members();
        daemon = members.filter(
          ({ parentPid }) =>
            parentPid !== process.pid && !members.some(({ pid }) => pid === parentPid),
        );
        return daemon.length === 1;
      });
      expect(tree.record.members).toEqual(expect.arrayContaining(daemon));
      // The environment is already empty. Now the process also loses the mark in its limits.
      for (const { pid } of daemon) execFileSync('prlimit', ['--pid', `${pid}`, '--locks=1024']);
      const record = { ...tree.record, treeMarker: randomUUID(), root: null, members: daemon };
      expect(
        (await stopProcessTree(record, { graceMs: 0 })).processes.map(({ pid }) => pid),
      ).toEqual(daemon.map(({ pid }) => pid));
    },
  );
});

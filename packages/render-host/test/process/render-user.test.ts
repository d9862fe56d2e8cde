import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { describe, expect, test } from 'vitest';
import { explainReach } from '../../src/process/explain-reach.ts';
import { findRenderUser, makeTreeGroup } from '../../src/process/render-user.ts';
import { readProcFile } from '../../src/process/snapshot/read-proc-file.ts';
import type { ProcessTree } from '../../src/process/start-process-tree.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { noCgroup, parentCgroup } from '../../testing/cgroup-place.ts';
import { findOtherUser } from '../../testing/other-user.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { startHostileProgram } from './hostile-programs/start-hostile-program.ts';
import { keepTree } from './keep-tree.ts';

const { user, leftOut } = await findOtherUser();

const { path: folder } = folderOfFile('render-user');

/** Starts a tree as that user. Its program runs these shell commands and prints the output. */
async function ask(questions: readonly string[]): Promise<{ tree: ProcessTree; said: string }> {
  let said = '';
  const script = `${questions.join('; ')}; echo ready; exec sleep 1000`;
  const program = { name: '', command: 'sh', args: ['-c', script] };
  const starting = startHostileProgram(program, undefined, user, (text) => {
    said += text;
  });
  const tree = await keepTree(starting);
  await waitUntil('the program has said all', () => said.includes('ready'));
  return { tree, said };
}

describe.skipIf(user === null)(`a tree of another user${leftOut}`, () => {
  test('has the id and groups of the user and one of its own, and can get no rights', async () => {
    const { tree, said } = await ask(['id -u', 'id -g', 'id -G', 'cat /proc/self/status']);
    const group = makeTreeGroup(tree.record.treeMarker);
    const [uid, gid, groups] = said.split('\n');
    expect([uid, gid]).toEqual([`${user?.uid}`, `${group}`]);
    expect(groups?.split(' ').sort()).toEqual([`${user?.gid}`, `${group}`].sort());
    expect(said).toMatch(/^NoNewPrivs:\t1$/m);
    expect(said).toMatch(/^CapEff:\t0+$/m);
    expect(said).toMatch(/^CapInh:\t0+$/m);
    for (const { pid } of await tree.members())
      expect(readProcFile(`/proc/${pid}/status`)).toMatch(`\nUid:\t${user?.uid}\t`);
  });

  test('can neither read, signal nor trace the daemon', async () => {
    const { said } = await ask([
      `cat /proc/${process.pid}/environ 2>&1 | head -c 200`,
      `cat /proc/${process.pid}/mem 2>&1 | head -c 200`,
      `ls /proc/${process.pid}/cwd/ 2>&1`,
      `kill -0 ${process.pid} 2>&1 && echo signalled`,
    ]);
    expect(said).toMatch(/environ: Permission denied/);
    expect(said).toMatch(/mem: Permission denied/);
    expect(said).toMatch(/cwd\/': Permission denied/);
    expect(said).not.toContain('signalled');
  });

  test.skipIf(noCgroup !== '')(
    `cannot leave its cgroup, end it or raise its limits${noCgroup}`,
    async () => {
      const { tree, said } = await ask([
        `echo $$ > ${parentCgroup}/cgroup.procs && echo moved`,
        `echo 1 > ${parentCgroup}/cgroup.kill && echo killed`,
        'ulimit -w unlimited && echo raised',
        'ulimit -x unlimited && echo raised',
      ]);
      expect(said).not.toMatch(/moved|killed|raised/);
      expect(tree.record.container?.kind).toBe('cgroup');
      expect((await stopProcessTree(tree.record, { graceMs: 0 })).proof).toBe('kernel');
    },
  );

  test('cannot read another tree of the same user', async () => {
    const { tree } = await ask(['echo other']);
    const pids = (await tree.members()).map(({ pid }) => pid);
    const { said } = await ask(
      pids.flatMap((pid) => [
        `cat /proc/${pid}/environ > /dev/null && echo read`,
        `ls /proc/${pid}/cwd/ > /dev/null && echo listed`,
        `cat /proc/${pid}/mem > /dev/null && echo read`,
        `readlink /proc/${pid}/fd/0 && echo linked`,
      ]),
    );
    expect(pids).toHaveLength(2);
    expect(said).not.toMatch(/read\n|listed|linked/);
  });
});

describe('a user that cannot render is named with the reason', () => {
  test.each([
    ['no-such-user', process.getuid?.() === 0 ? /this host has no such user/ : /./],
    ['root', process.getuid?.() === 0 ? /this user is root/ : /./],
  ])('%s', async (name, why) => {
    const found = await findRenderUser(name);
    expect(found).toEqual({ problem: expect.stringMatching(why) });
    expect(found).toEqual({ problem: expect.stringMatching(`^RENDERDECK_RENDER_USER=${name}: `) });
  });

  test.skipIf(user === null)(`and with the places out of its reach${leftOut}`, async () => {
    if (user === null) return;
    const path = (name: string) => join(folder, name);
    for (const name of ['open', 'closed']) mkdirSync(path(name), { recursive: true });
    execFileSync('chmod', ['711', folder]);
    execFileSync('chmod', ['777', path('open')]);
    execFileSync('chmod', ['700', path('closed')]);
    writeFileSync(path('closed/aerender'), '', { mode: 0o755 });
    const good = { aerender: null, scratchRoot: folder, loaderCache: folder, loaded: [folder] };
    const reach = { assetRoots: [path('open')], outputRoots: [path('open')] };
    expect(await explainReach(user, { ...good, ...reach })).toEqual([]);
    const why = await explainReach(user, {
      aerender: path('closed/aerender'),
      scratchRoot: path('open'),
      loaderCache: path('open'),
      loaded: [],
      assetRoots: [path('closed')],
      outputRoots: [path('closed'), folder],
    });
    expect(why).toHaveLength(7);
    for (const [at, sentence] of [
      /may write into the scratch root/,
      /may write into .*open, from which the worker loads code.*TMPDIR/,
      /may not start .*closed\/aerender/,
      /may not enter the asset root .*closed/,
      /may not write into the output root .*closed/,
      /may not write into the output root/,
      /may not write .*commandLineRenderer.jsx, which nexrender changes once/,
    ].entries())
      expect(why[at]).toMatch(sentence);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createContainer } from '../../src/process/container/container.ts';

import { noCgroup } from '../../testing/cgroup-place.ts';

test.skipIf(noCgroup !== '')(
  `a process in a cgroup of the same name elsewhere is outside${noCgroup}`,
  async () => {
    const own = createContainer('cgroup', { attemptId: 'outside', treeMarker: `${process.pid}` });
    const path = own.record.path ?? '';
    const elsewhere = join(dirname(path), `outside-${process.pid}`);
    const same = join(elsewhere, basename(path));
    const program = spawn('sleep', ['1000']);
    const pid = program.pid ?? 0;
    try {
      mkdirSync(same, { recursive: true });
      const outside = [path, join(path, 'below'), same, dirname(path)].map((folder) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'cgroup.procs'), String(pid));
        return own.isOutside(pid);
      });
      expect(outside).toEqual([false, false, true, true]);
    } finally {
      program.kill('SIGKILL');
      await once(program, 'exit');
      own.remove();
      for (const folder of [same, elsewhere]) rmdirSync(folder);
    }
  },
);

import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContainer, sweepContainers } from '../../src/process/container/container.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { HOSTILE_PROGRAMS } from '../../src/self-test/hostile-programs.ts';
import { noCgroup, parentCgroup } from '../../testing/cgroup-place.ts';
import { startHostileProgram } from './hostile-programs/start-hostile-program.ts';

test.skipIf(noCgroup !== '')(
  `an old empty container is removed; a new one, a full one and a foreign cgroup stay${noCgroup}`,
  async () => {
    const treeMarker = randomUUID();
    const old = createContainer('cgroup', { attemptId: 'sweep-old', treeMarker });
    const young = createContainer('cgroup', { attemptId: 'sweep-young', treeMarker });
    const foreign = mkdtempSync(join(parentCgroup, 'renderdeck-hosts-'));
    const full = await startHostileProgram(HOSTILE_PROGRAMS.obedient, 'cgroup');
    const of = [old.record.path, young.record.path, full.record.container?.path, foreign];
    const paths = of.map((path) => path ?? '');
    for (const path of paths) if (path !== young.record.path) utimesSync(path, 0, 0);
    try {
      expect(await sweepContainers()).toContain(paths[0]);
      expect(paths.map((path) => existsSync(path))).toEqual([false, true, true, true]);
    } finally {
      await stopProcessTree(full.record, { graceMs: 0 });
      await full.close();
      young.remove();
      old.remove();
      rmdirSync(foreign);
    }
  },
);

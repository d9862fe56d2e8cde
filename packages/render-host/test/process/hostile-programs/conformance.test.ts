import type { ContainerKind } from '@renderdeck/domain';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  HOSTILE_PROGRAMS,
  type HostileProgram,
} from '../../../src/process/self-test/hostile-programs.ts';
import { type StopOptions, stopProcessTree } from '../../../src/process/stop-process-tree.ts';
import { openReferenceScan } from '../../../testing/reference-scan.ts';
import { asPsSeesIt } from './as-ps-sees-it.ts';
import { startHostileProgram } from './start-hostile-program.ts';

// Every hostile program × every way this platform can hold and list a tree. A cgroup that the code
// under test does not know shows what really lives. The stop report must agree with it.

type Way = {
  way: string;
  container: ContainerKind;
  scan: NonNullable<StopOptions['scan']>;
  proof: RegExp;
};
const WAYS: Way[] = [
  { way: 'a cgroup', container: 'cgroup', scan: 'proc', proof: /kernel/ },
  { way: 'a subreaper', container: 'subreaper', scan: 'proc', proof: /forkFree|repeated/ },
  { way: 'nothing', container: 'none', scan: 'proc', proof: /forkFree|repeated/ },
  {
    way: 'nothing, and seen by ps alone',
    container: 'none',
    scan: 'ps',
    proof: /forkFree|repeated/,
  },
];
const programs: HostileProgram[] = Object.values(HOSTILE_PROGRAMS);
const referenceScan = openReferenceScan();

afterEach(() => referenceScan?.endAll());
afterAll(() => referenceScan?.close());

const needs =
  referenceScan === null ? ' (left out: the reference scan needs a writable cgroup v2)' : '';
describe.skipIf(referenceScan === null).each(WAYS)(
  `held by $way${needs}`,
  ({ container, scan, proof }) => {
    const gaps = programs.filter(
      ({ hidesFromPs, hidesWithoutContainer }) =>
        (scan === 'ps' && hidesFromPs) || (container === 'none' && hidesWithoutContainer),
    );
    const races = scan === 'ps' ? programs.filter(({ outrunsPs }) => outrunsPs) : [];
    const caught = programs.filter(
      (program) => !gaps.includes(program) && !races.includes(program),
    );

    test.each(caught)('a tree with $name is ended, and the report says so', async (program) => {
      // Long enough for ps to prove it on a busy machine too.
      const { report, living } = await stopProgram(program, 20_000);
      expect({ living, survivors: report.survivors }).toEqual({ living: [], survivors: [] });
      const hasLeft = container === 'cgroup' && program.leavesCgroup;
      expect(report.proof).toMatch(hasLeft ? /forkFree|repeated/ : proof);
      expect(
        report.processes.filter(({ endedBy, endedAt }) => endedBy === null || endedAt === null),
      ).toEqual([]);
    });

    test.each(races)('a tree with $name is reported as dead only if it is', async (program) => {
      const { report, living } = await stopProgram(program);
      if (report.proof !== null) expect(living).toEqual([]);
      expect(report.survivors.length > 0).toBe(report.proof === null);
    });

    // A busy machine may end the program by chance. One of a few tries must show the gap.
    test.each(gaps)('a known gap: $name lives on unseen', { retry: 4 }, async (program) => {
      const { report, living } = await stopProgram(program);
      expect(living).toHaveLength(1);
      expect(report.survivors).toEqual([]);
    });

    const stopProgram = (program: HostileProgram, budgetMs = 4000) =>
      startAndStop(program, container, scan, budgetMs);
  },
);

test
  .skipIf(referenceScan === null)
  .each([HOSTILE_PROGRAMS.wipedDaemon, HOSTILE_PROGRAMS.bornOfTerm])(
  `a subreaper keeps $name in the tree, even if ps sees no mark of it${needs}`,
  async (program) => {
    const { report, living } = await startAndStop(program, 'subreaper', 'ps');
    expect({ living, survivors: report.survivors }).toEqual({ living: [], survivors: [] });
  },
);

async function startAndStop(
  program: HostileProgram,
  container: ContainerKind,
  scan: Way['scan'],
  budgetMs = 20_000,
) {
  const tree = await startHostileProgram(program, container);
  const record = scan === 'ps' ? await asPsSeesIt(tree.record) : tree.record;
  const report = await stopProcessTree(record, { graceMs: 200, budgetMs, scan });
  const living = referenceScan?.listLiving() ?? [];
  await tree.release();
  return { report, living };
}

import type { ContainerKind, TreeRecord } from '@renderdeck/domain';
import { afterEach, describe, expect, test } from 'vitest';
import type { RenderUser } from '../../../src/process/render-user.ts';
import { chooseListing } from '../../../src/process/snapshot/choose-listing.ts';
import type { ProcessListing } from '../../../src/process/snapshot/process-listing.ts';
import { type StopOptions, stopProcessTree } from '../../../src/process/stop-process-tree.ts';
import { HOSTILE_PROGRAMS, type HostileProgram } from '../../../src/self-test/hostile-programs.ts';
import { findOtherUser } from '../../../testing/other-user.ts';
import { referenceScanOfFile } from '../../../testing/reference-scan.ts';
import { waitUntil } from '../../../testing/wait-until.ts';
import { macosListingOfLinux } from '../macos/proc-as-libproc.ts';
import { startHostileProgram } from './start-hostile-program.ts';

// Every hostile program, with every way in which this platform can hold and list a tree. A cgroup
// that the tested code does not know shows what really lives. The stop report must agree with it.

type Way = {
  way: string;
  container: ContainerKind;
  scan: NonNullable<StopOptions['scan']>;
  proof: RegExp;
  /** The tree runs as another user. */
  other?: true;
};
const other = true;
const SCANNED = /forkFree|repeated/;
const WAYS: Way[] = [
  { way: 'a cgroup', container: 'cgroup', scan: 'proc', proof: /kernel/ },
  { way: 'a subreaper', container: 'subreaper', scan: 'proc', proof: SCANNED },
  { way: 'nothing', container: 'none', scan: 'proc', proof: SCANNED },
  { way: 'no container, listed by ps alone', container: 'none', scan: 'ps', proof: SCANNED },
  {
    way: 'no container, listed as on macOS',
    container: 'none',
    scan: macosListingOfLinux,
    proof: SCANNED,
  },
  { way: 'a cgroup, as another user', container: 'cgroup', scan: 'proc', proof: /kernel/, other },
  {
    way: 'a subreaper, as another user',
    container: 'subreaper',
    scan: 'proc',
    proof: SCANNED,
    other,
  },
  { way: 'no container, as another user', container: 'none', scan: 'proc', proof: SCANNED, other },
];
const otherUser = await findOtherUser();
const programs: HostileProgram[] = Object.values(HOSTILE_PROGRAMS);
const referenceScan = referenceScanOfFile();

afterEach(() => referenceScan?.endAll());

const needs =
  referenceScan === null ? ' (left out: the reference scan needs a writable cgroup v2)' : '';
const ways = WAYS.map((way) =>
  way.other ? { ...way, way: `${way.way}${otherUser.leftOut}` } : way,
);
describe.skipIf(referenceScan === null).each(ways)(
  `held by $way${needs}`,
  ({ container, scan, proof, other = false }) => {
    const user = other ? otherUser.user : null;
    const leftOut = other && user === null;
    // Only another user can leave neither its cgroup nor the group of its tree.
    const hides = ({ hidesFromPs, hidesWithout }: HostileProgram) =>
      (scan !== 'proc' && hidesFromPs) ||
      (!other &&
        (hidesWithout === 'cgroup'
          ? container !== 'cgroup'
          : hidesWithout && container === 'none'));
    const gaps = programs.filter(hides);
    const races = scan === 'ps' ? programs.filter(({ outrunsPs }) => outrunsPs) : [];
    const caught = programs.filter(
      (program) => !gaps.includes(program) && !races.includes(program),
    );

    test.skipIf(leftOut).each(caught)(
      'a tree with $name is ended, and the report says so',
      { timeout: 120_000 },
      async (program) => {
        // Longer than any chain forks on a busy machine, so a slow listing sees the end of the
        // chain.
        const { report, living } = await stopProgram(program, 90_000);
        expect({ living, survivors: report.survivors }).toEqual({ living: [], survivors: [] });
        const hasLeft = container === 'cgroup' && !other && program.leavesCgroup;
        expect(report.proof).toMatch(hasLeft ? SCANNED : proof);
        expect(
          report.processes.filter(({ endedBy, endedAt }) => endedBy === null || endedAt === null),
        ).toEqual([]);
      },
    );

    test.skipIf(leftOut).each(races)(
      'a tree with $name is reported as dead only if it is',
      async (program) => {
        const { report, living } = await stopProgram(program);
        if (report.proof !== null) expect(living).toEqual([]);
        expect(report.survivors.length > 0).toBe(report.proof === null);
      },
    );

    test.skipIf(leftOut).each(gaps)('a known gap: $name lives on unseen', async (program) => {
      const { report, living } = await startAndStop(
        program,
        { container, scan, user },
        // A scan during the stop could see a daemon on its way, and would remember it.
        { isHidden: true },
      );
      expect(living).toHaveLength(1);
      expect(report.survivors).toEqual([]);
    });

    const stopProgram = (program: HostileProgram, budgetMs = 4000) =>
      startAndStop(program, { container, scan, user }, { budgetMs });
  },
);

test
  .skipIf(referenceScan === null)
  .each([HOSTILE_PROGRAMS.wipedDaemon, HOSTILE_PROGRAMS.bornOfTerm])(
  `a subreaper keeps $name in the tree, even if ps sees no mark of it${needs}`,
  async (program) => {
    const { report, living } = await startAndStop(program, {
      container: 'subreaper',
      scan: 'ps',
      user: null,
    });
    expect({ living, survivors: report.survivors }).toEqual({ living: [], survivors: [] });
  },
);

async function startAndStop(
  program: HostileProgram,
  { container, scan, user }: Pick<Way, 'container' | 'scan'> & { user: RenderUser | null },
  { budgetMs = 20_000, graceMs = 200, isHidden = false } = {},
) {
  let output = '';
  const tree = await startHostileProgram(program, container, user, (text) => {
    output += text;
  });
  if (isHidden && program === HOSTILE_PROGRAMS.bornOfTerm) {
    for (const { pid, name } of await tree.members()) if (name === 'perl') process.kill(pid);
    await waitUntil('the daemon is born', () => output.includes('born'));
  }
  const record = scan === 'proc' ? tree.record : await asListed(tree.record, chooseListing(scan));
  const report = await stopProcessTree(record, { graceMs, budgetMs, scan });
  const list = () => referenceScan?.listLiving() ?? [];
  // The threads of a killed program end one after the other, and these listings see the first only.
  if (isHidden) await waitUntil('all but one have ended', () => list().length === 1);
  const living = list();
  await tree.close();
  return { report, living };
}

/** The record of this tree as a host makes it that has only this listing. */
async function asListed(record: TreeRecord, listing: ProcessListing): Promise<TreeRecord> {
  const pid = record.root?.pid ?? 0;
  const startToken = (await listing.readStates([pid])).get(pid)?.startToken;
  return {
    ...record,
    root: startToken === undefined ? null : { bootId: record.bootId, pid, startToken },
  };
}

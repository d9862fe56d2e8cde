/*
 * A kill, or a full disk, at each system call that writes a file of a host: a scratch folder, an
 * entry of the journal, an output. Each file is whole or absent afterwards, and what was begun is
 * removed.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programCommand } from '@renderdeck/testing/program-command';
import { expect, test } from 'vitest';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { findLeftovers } from '../../src/scratch/find-leftovers.ts';
import { openHostJournal } from '../../src/scratch/host-journal.ts';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { SourceCache } from '../../src/scratch/source-cache.ts';
import {
  type Call,
  type HowToBreak,
  listCalls,
  listPaths,
  needsSpace,
  type Program,
  runBroken,
  whyNoStrace,
} from '../../testing/break-calls.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from './a-root.ts';

const ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';
const PROGRAM = 'packages/render-host/test/scratch/write-files.ts';
const why = whyNoStrace();
const WITHIN = { timeout: 300_000 };
/** The calls that each of the three must make: a list without them would break nothing. */
const MUST_CALL = ['openat', 'write', 'fsync', 'rename'];
const place = ofEachTest(aRoot);

type Broken = { readonly call: Call; readonly how: HowToBreak; readonly lines: readonly string[] };

/** Runs the program once for each call and each fault. `check` sees the files of each run. */
async function breakEach(
  what: string,
  prepare: () => Promise<void>,
  check: (broken: Broken) => Promise<void>,
  onMessage: Program['onMessage'] = () => undefined,
): Promise<void> {
  const command = [...(await programCommand(PROGRAM)), what, place.root] as const;
  const program = { command, below: place.root, log: join(place.base, 'log'), onMessage } as const;
  const fresh = async () => {
    await rm(place.root, { recursive: true, force: true });
    await prepare();
  };
  await fresh();
  const paths = await listPaths(program);
  await fresh();
  const calls = await listCalls(program, paths);
  expect(calls.map(({ name }) => name)).toEqual(expect.arrayContaining(MUST_CALL));
  for (const call of calls)
    for (const how of ['KILL', 'ENOSPC'] as const) {
      if (how === 'ENOSPC' && !needsSpace(call)) continue;
      await fresh();
      const lines = await runBroken(program, paths, call, how);
      await check({ call, how, lines });
    }
}

async function prepareRoot(): Promise<void> {
  await mkdir(place.root, { recursive: true });
}

const named = ({ call, how }: Broken) => `${how} at ${call.name} ${call.nth}: ${call.text}`;

test.skipIf(why !== '')(
  `a scratch folder that was cut off is ours, and is removed${why}`,
  WITHIN,
  async () => {
    await breakEach('scratch', prepareRoot, async (broken) => {
      const isFull = broken.how === 'ENOSPC';
      if (isFull) expect(broken.lines, named(broken)).toEqual([expect.stringMatching(/^failed/)]);
      if (isFull) expect(await place.rest(), named(broken)).toEqual([]);
      const { folders, refused } = await findLeftovers(place.root, () => true);
      expect(refused, named(broken)).toEqual([]);
      for (const folder of folders)
        expect(await removeScratchFolder(folder)).toMatchObject({ leftovers: [] });
      expect(await place.rest(), named(broken)).toEqual([]);
    });
  },
);

test.skipIf(why !== '')(
  `an entry of the journal that was cut off has its last complete value${why}`,
  WITHIN,
  async () => {
    const folder = join(place.root, '.host', 'journal');
    await breakEach('journal', prepareRoot, async (broken) => {
      const stored = broken.lines.map(Number).filter(Number.isInteger);
      const journal = await openHostJournal(place.root);
      const value = await journal.read(ID);
      const mayBe = [1, 2, 3, 4].filter((number) => number >= Math.max(0, ...stored));
      if (value !== undefined || stored.length > 0)
        expect(
          mayBe.map((number) => ({ number })),
          named(broken),
        ).toContainEqual(value);
      // The entry has its space from its first write, so only writes in place could fail later.
      const isInPlace = ['pwrite64', 'fdatasync'].includes(broken.call.name);
      const isFull = broken.how === 'ENOSPC' && stored.length > 0 && !isInPlace;
      if (isFull) expect(stored, named(broken)).toEqual([1, 2, 3, 4]);
      await journal.remove(ID);
      expect(await place.list(folder), named(broken)).toEqual([]);
    });
  },
);

test.skipIf(why !== '')(
  `an output that was cut off is the old one or the new one, and its part is removed${why}`,
  WITHIN,
  async () => {
    const out = join(place.root, 'out');
    let parts: string[] = [];
    await breakEach(
      'output',
      async () => {
        parts = [];
        await mkdir(out, { recursive: true });
        await writeFile(join(place.root, 'source.avi'), 'new');
        await writeFile(join(out, 'film.avi'), 'old');
      },
      async (broken) => {
        const { leftovers } = await removeParts(parts, ID);
        expect(leftovers, named(broken)).toEqual([]);
        expect(await place.list(out), named(broken)).toEqual(['film.avi']);
        const film = await readFile(join(out, 'film.avi'), 'utf8');
        expect(['old', 'new'], named(broken)).toContain(film);
        if (broken.lines.includes('published')) expect(film, named(broken)).toBe('new');
      },
      (message, answer) => {
        const asked = message as { type: string; id?: number; path?: string };
        if (asked.type === 'part') parts.push(asked.path ?? '');
        if (asked.id !== undefined) answer({ type: 'answer', id: asked.id, answer: 'yes' });
      },
    );
  },
);

test.skipIf(why !== '')(
  `a file of the cache that was cut off is whole or gone${why}`,
  WITHIN,
  async () => {
    const address = 'a'.repeat(64);
    let kept = 0;
    await breakEach(
      'cache',
      async () => {
        const { workPath } = await createScratchFolder(place.root, ID);
        await mkdir(join(workPath, ID));
        await writeFile(join(workPath, ID, 'film'), 'a film');
      },
      async (broken) => {
        const cache = await SourceCache.open(
          place.root,
          { mostBytes: 1e9, minFreeBytes: 0 },
          () => undefined,
        );
        const isKept = cache.find(address) !== null;
        if (isKept) kept += 1;
        expect(await place.list(join(place.root, '.cache')), named(broken)).toEqual(
          isKept ? [`${address}.a`, `${address}.json`] : [],
        );
        if (broken.how === 'KILL' && broken.lines.includes('kept'))
          expect(isKept, named(broken)).toBe(true);
        const film = isKept
          ? join(place.root, '.cache', `${address}.a`)
          : join(place.root, `attempt-${ID}`, 'work', ID, 'film');
        expect(await readFile(film, 'utf8'), named(broken)).toBe('a film');
      },
    );
    expect(kept).toBeGreaterThan(0);
  },
);

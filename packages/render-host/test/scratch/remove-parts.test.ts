import promises, {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runAs } from '../../src/process/render-user.ts';
import { addRemoval, removeParts } from '../../src/scratch/remove-parts.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { findOtherUser } from '../../testing/other-user.ts';
import { aRoot } from './a-root.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const place = ofEachTest(aRoot);
/** An output folder of a customer. The file in it must not change. */
let out: string;
beforeEach(async () => {
  out = place.outside;
  await mkdir(out);
  await writeFile(join(out, 'precious'), 'precious');
});
afterEach(async () => {
  expect(await readFile(join(out, 'precious'), 'utf8')).toBe('precious');
});
const { user, leftOut } = await findOtherUser();
const part = (name: string, id = ID) => join(out, `.${name}.${id}.part`);

test('a part and a folder of parts are removed and counted; a missing one succeeds', async () => {
  await writeFile(part('film.mov'), Buffer.alloc(5000));
  await writeFile(part('.hidden'), Buffer.alloc(10));
  await mkdir(part('shot'));
  await writeFile(join(part('shot'), 'shot_00001.png'), Buffer.alloc(100));
  const paths = ['film.mov', '.hidden', 'shot', 'gone'].map((name) => part(name));
  expect(await removeParts(paths, ID)).toEqual({
    files: 3,
    bytes: 5110,
    leftovers: [],
    timeToCleanMs: expect.any(Number),
    goneAt: expect.any(String),
  });
});

test.each([
  ['an output', () => join(out, 'precious'), /not named like a part/],
  ['a part of another attempt', () => part('film.mov', `${ID.slice(0, -1)}2`), /not named like a/],
  ['a part without a name', () => join(out, `.${ID}.part`), /not named like a part/],
  ['a relative path', () => `.film.mov.${ID}.part`, /not named like a part/],
  ['a path with ..', () => join(out, 'x', '..').concat('/../', part('a')), /folder/],
])('%s is left alone', async (_, pathOf, why) => {
  const path = pathOf();
  await writeFile(part('film.mov', `${ID.slice(0, -1)}2`), 'of another attempt');
  const { files, leftovers, goneAt } = await removeParts([path], ID);
  expect({ files, leftovers, goneAt }).toEqual({
    files: 0,
    leftovers: [{ path, error: expect.stringMatching(why) }],
    goneAt: null,
  });
  expect(await place.list(out)).toContain(`.film.mov.${ID.slice(0, -1)}2.part`);
});

test('a link is never followed: neither as a part nor as a folder above a part', async () => {
  const linked = join(place.base, 'linked');
  await symlink(out, linked);
  await symlink(join(out, 'precious'), part('film.mov'));
  await writeFile(part('real'), 'real');
  const below = join(linked, `.real.${ID}.part`);
  const removal = await removeParts([part('film.mov'), below], ID);
  expect(removal.leftovers).toEqual([
    { path: part('film.mov'), error: 'it is neither a file nor a folder' },
    { path: below, error: 'its folder is a link or lies below one' },
  ]);
  expect(await place.list(out)).toContain(`.real.${ID}.part`);
});

test('a part whose folder does not exist now is left to a later removal', async () => {
  const path = join(place.base, 'unmounted', `.film.mov.${ID}.part`);
  expect((await removeParts([path], ID)).leftovers).toEqual([
    { path, error: 'its folder is not there' },
  ]);
  await mkdir(dirname(path));
  await writeFile(path, 'x');
  expect(await removeParts([path], ID)).toMatchObject({ files: 1, leftovers: [] });
});

test('both removals of an attempt make one report', async () => {
  const scratch = { files: 3, bytes: 30, leftovers: [], timeToCleanMs: 5, goneAt: 'earlier' };
  const left = { path: part('film.mov'), error: 'EBUSY' };
  const parts = { files: 1, bytes: 10, leftovers: [left], timeToCleanMs: 7, goneAt: null };
  const whole = { files: 4, bytes: 40, leftovers: [left], timeToCleanMs: 12, goneAt: null };
  expect(addRemoval(scratch, parts)).toEqual(whole);
  expect(addRemoval(scratch, { ...parts, leftovers: [], goneAt: 'later' })?.goneAt).toBe('later');
  expect(addRemoval(null, parts)).toBe(parts);
  expect(addRemoval(scratch, null)).toBe(scratch);
});

// Exchanges a folder for a link to another folder and back, as fast as it can, for two seconds.
const EXCHANGE =
  'my ($part, $aside, $target) = @ARGV; for (my $until = time + 2; time < $until;) { ' +
  'rename $part, $aside; symlink $target, $part; unlink $part; rename $aside, $part }';

test.skipIf(user === null)(
  `the removal does not follow a link that the user puts in place of a folder${leftOut}`,
  async () => {
    if (user === null) return;
    const names = Array.from({ length: 300 }, (_, at) => `file-${at}`);
    const kept = join(place.base, 'kept');
    await Promise.all([kept, part('shot')].map((path) => mkdir(path)));
    for (const folder of [kept, part('shot')])
      for (const name of names) await writeFile(join(folder, name), 'x');
    await chmod(place.base, 0o755);
    for (const path of [out, part('shot')]) await chown(path, user.uid, user.gid);
    const aside = join(out, 'aside');
    const exchange = runAs(user, ['perl', '-e', EXCHANGE, part('shot'), aside, kept]);
    for (let over = false; !over; ) {
      over = await Promise.race([exchange.then(() => true), removeOnce()]);
      expect(await readdir(kept)).toHaveLength(300);
    }
    await removeOnce();
    expect(await place.list(out)).toEqual(['precious']);

    async function removeOnce(): Promise<false> {
      await removeParts([part('shot')], ID, { user });
      return false;
    }
  },
);

test('a folder that does not answer is asked once, not at every sweep', async () => {
  await writeFile(part('film.mov'), 'x');
  let answer: (path: string) => void = () => undefined;
  const asked = vi.spyOn(promises, 'realpath').mockReturnValue(
    new Promise((resolve) => {
      answer = resolve;
    }),
  );
  syncBuiltinESMExports();
  const sweep = () => removeParts([part('film.mov'), part('other.mov')], ID, { budgetMs: 10 });
  for (const removal of [await sweep(), await sweep()])
    expect(removal.leftovers.map(({ error }) => error)).toEqual([
      'its folder did not answer',
      'its folder did not answer',
    ]);
  expect(asked).toHaveBeenCalledTimes(1);

  answer(out);
  asked.mockRestore();
  syncBuiltinESMExports();
  await expect.poll(async () => (await sweep()).leftovers).toEqual([]);
});

/* How the file system of a real host treats open files, junctions and unusual names. */
import { spawn } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import {
  tryToRemoveFolder,
  tryToRemoveTree,
  tryToRename,
  tryToUnlink,
} from '../scratch/acceptance-folder.ts';
import { withMember } from './member.ts';
import { SHARE, withOpenFile } from './open-file.ts';
import type { Probe, Seen } from './probe.ts';

const systems: Probe['systems'] = ['win32'];
const EVERYWHERE: Probe['systems'] = ['win32', 'darwin', 'linux'];
const BUSY = ['EBUSY', 'EPERM', 'EACCES'];
const ROUNDS = 200;
const say = (refused: string | null) => refused ?? 'done';

export const FILE_PROBES: readonly Probe[] = [
  {
    name: 'delete an open file',
    systems,
    expected: `Refused with ${BUSY.join(', ')} unless opened with FILE_SHARE_DELETE.`,
    run: ({ folder }) => seeShares(folder, (file) => tryToUnlink(file)),
  },
  {
    name: 'delete a folder with an open file',
    systems,
    expected: `Refused with ${BUSY.join(', ')} or ENOTEMPTY unless with FILE_SHARE_DELETE.`,
    run: ({ folder }) =>
      seeShares(folder, (_file, own) => tryToRemoveTree(own), [...BUSY, 'ENOTEMPTY']),
  },
  {
    name: 'rename a folder with an open file',
    systems,
    expected: `Refused with ${BUSY.join(', ')}: such a folder cannot be moved away.`,
    async run({ folder }) {
      const own = await makeFile(folder, 'held');
      const refused = await withOpenFile(join(own, 'file.bin'), SHARE.readWrite, () =>
        tryToRename(own, join(folder, 'moved')),
      );
      return { seen: say(refused), asExpected: refused !== null && BUSY.includes(refused) };
    },
  },
  {
    name: 'publish over an open file',
    systems,
    expected: `The rename is refused with ${BUSY.join(', ')}, and both files stay complete.`,
    run: ({ folder }) => seePublish(folder),
  },
  {
    name: 'delete a file that lets others delete',
    systems,
    expected: 'The open file loses its name at once, and its folder can be deleted.',
    async run({ folder }) {
      const own = await makeFile(folder, 'shared');
      const file = join(own, 'file.bin');
      const [unlinked, removed] = await withOpenFile(file, SHARE.all, async () => [
        await tryToUnlink(file),
        await tryToRemoveFolder(own),
      ]);
      const seen = `Delete: ${say(unlinked ?? null)}. Its folder: ${say(removed ?? null)}.`;
      return { seen, asExpected: unlinked === null && removed === null };
    },
  },
  {
    name: 'delete the working folder of a program',
    systems,
    expected: `Refused with ${BUSY.join(', ')} while the program runs.`,
    run: ({ folder }) => seeWorkingFolder(folder),
  },
  {
    name: 'junction',
    systems,
    expected: 'lstat calls a junction a link. A delete removes it and keeps its target.',
    run: ({ folder }) => seeJunction(folder),
  },
  {
    name: 'names that Windows reads differently',
    systems,
    expected: 'The name with a colon makes a stream, which is not in the list of the folder.',
    run: ({ folder }) => seeNames(folder),
  },
  {
    name: 'long path',
    systems,
    expected: 'node writes below a path of 300 characters, and starts no program there.',
    run: ({ folder }) => seeLongPath(folder),
  },
  {
    name: 'delete what was just written',
    systems: EVERYWHERE,
    expected: `${ROUNDS} programs are deleted at the first try, right after they were written.`,
    run: ({ folder }) => seeDelays(folder),
  },
];

async function makeFile(folder: string, name: string): Promise<string> {
  const own = join(folder, name);
  await mkdir(own);
  await writeFile(join(own, 'file.bin'), 'content');
  return own;
}

async function seeShares(
  folder: string,
  attempt: (file: string, own: string) => Promise<string | null>,
  refusals: readonly string[] = BUSY,
): Promise<Seen> {
  const answers: string[] = [];
  let asExpected = true;
  for (const [name, share] of Object.entries(SHARE)) {
    const own = await makeFile(folder, name);
    const file = join(own, 'file.bin');
    const refused = await withOpenFile(file, share, () => attempt(file, own));
    answers.push(`${name}: ${say(refused)}`);
    const isFine = share === SHARE.all || (refused !== null && refusals.includes(refused));
    asExpected &&= isFine;
  }
  return { seen: `Others may ${answers.join('; ')}.`, asExpected };
}

async function seePublish(folder: string): Promise<Seen> {
  const own = await makeFile(folder, 'published');
  const [target, part] = [join(own, 'file.bin'), join(own, 'part.bin')];
  await writeFile(part, 'new');
  const refused = await withOpenFile(target, SHARE.readWrite, () => tryToRename(part, target));
  const read = (path: string) => readFile(path, 'utf8').catch(codeOf);
  const [now, left] = [await read(target), await read(part)];
  return {
    seen: `Rename: ${say(refused)}. The output is "${now}", the part "${left}".`,
    asExpected: refused !== null && BUSY.includes(refused) && now === 'content' && left === 'new',
  };
}

async function seeWorkingFolder(folder: string): Promise<Seen> {
  const own = join(folder, 'working');
  await mkdir(own);
  const program = `
    process.chdir(${JSON.stringify(own)}); process.send({ up: true });
    setInterval(() => {}, 1000);`;
  const refused = await withMember(program, async ({ receive }) => {
    await receive();
    return await tryToRemoveFolder(own);
  });
  const after = await tryToRemoveFolder(own);
  return {
    seen: `While it runs: ${say(refused)}. Once it has ended: ${say(after)}.`,
    asExpected: refused !== null && BUSY.includes(refused) && after === null,
  };
}

async function seeJunction(folder: string): Promise<Seen> {
  const target = await makeFile(folder, 'target');
  const holder = join(folder, 'holder');
  await mkdir(holder);
  const link = join(holder, 'junction');
  await symlink(target, link, 'junction');
  const isLink = (await lstat(link)).isSymbolicLink();
  const removed = await tryToRemoveTree(holder);
  const kept = await readFile(join(target, 'file.bin'), 'utf8').catch(() => null);
  return {
    seen:
      `lstat ${isLink ? 'says it is a link' : 'does not say it is a link'}; delete: ` +
      `${say(removed)}; its target is ${kept === null ? 'GONE' : 'whole'}.`,
    asExpected: isLink && removed === null && kept !== null,
  };
}

async function seeNames(folder: string): Promise<Seen> {
  const names = ['plain.txt', 'plain.txt:stream', 'CON', 'dot.', 'space '];
  const answers: string[] = [];
  for (const name of names) {
    const refused = await writeFile(`${folder}\\${name}`, 'x').then(() => null, codeOf);
    answers.push(`"${name}": ${say(refused)}`);
  }
  const listed = (await readdir(folder)).map((name) => `"${name}"`);
  return {
    seen: `Written: ${answers.join(', ')}. Listed: ${listed.join(', ')}.`,
    asExpected: listed.includes('"plain.txt"') && !listed.some((name) => name.includes(':')),
  };
}

async function seeLongPath(folder: string): Promise<Seen> {
  const long = join(folder, 'a'.repeat(120), 'b'.repeat(120), 'c'.repeat(60));
  const written = await mkdir(long, { recursive: true })
    .then(() => writeFile(join(long, 'file.txt'), 'x'))
    .then(() => null, codeOf);
  const started = await new Promise<string>((resolve) => {
    const child = spawn(process.execPath, ['-e', ''], { cwd: long, stdio: 'ignore' });
    child.once('error', (error) => resolve(codeOf(error)));
    child.once('exit', (code) => resolve(`exit code ${code}`));
  });
  return {
    seen: `${long.length} characters: write ${say(written)}; a program there: ${started}.`,
    asExpected: written === null && !started.startsWith('exit'),
  };
}

/** An antivirus program or a search indexer may open a program file that was just written. */
async function seeDelays(folder: string): Promise<Seen> {
  const content = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(64 * 1024, 7)]);
  const refusals = new Map<string, number>();
  let longestMs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const file = join(folder, `program-${round}.exe`);
    await writeFile(file, content);
    const beganAt = performance.now();
    const refused = await tryToUnlink(file);
    if (refused === null) longestMs = Math.max(longestMs, performance.now() - beganAt);
    else refusals.set(refused, (refusals.get(refused) ?? 0) + 1);
  }
  const codes = [...refusals].map(([code, count]) => `${count} × ${code}`).join(', ');
  return {
    seen: `Refused: ${codes || 'none'}. The longest delete took ${longestMs.toFixed(1)} ms.`,
    asExpected: refusals.size === 0,
  };
}

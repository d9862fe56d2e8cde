/*
 * The files of the host's cache of sources, in `.cache` of the scratch root:
 *
 * 1. `ADDRESS.a` (or `.b`) is a file that a render has downloaded: the same file as in its scratch
 *    folder, with a second name (a hard link). It belongs to the worker and is read-only. ADDRESS
 *    is a hash, so that no name tells an address.
 * 2. `ADDRESS.json`, the note, says which version of the source this is, and how its file looked
 *    then. It is written when the bytes are on the disk, beside its place, and renamed. The time of
 *    its last change is when the file was last used.
 * 3. A file without a note, or with a note that does not fit, is what a killed worker left. The
 *    next worker removes it.
 */
import {
  chmod,
  type FileHandle,
  link,
  lstat,
  open,
  readdir,
  rmdir,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, missingIsNull } from '../paths/error-code.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { isRecord } from '../system/is-record.ts';
import { openScratchRoot, type ScratchRoot } from './scratch-root.ts';
import { CACHE, isOurFolder, makeOurFolder } from './trash.ts';
import { asideOf, writeDurably } from './write-durably.ts';

/** How a file looks while nobody has written into it. */
export type Looks = { readonly inode: string; readonly size: number; readonly modifiedNs: string };

export type CacheNote = Looks & {
  /** The name of the file in the folder. */
  readonly file: string;
  readonly version: string;
  readonly contentType: string | null;
};

export type CacheFolder = { readonly path: string; readonly root: ScratchRoot };
export type FoundEntry = { readonly address: string; readonly note: CacheNote; usedAt: number };

const ADDRESS = /^[0-9a-f]{64}$/;
const OURS = /^(\.probe-[ab]|[0-9a-f]{64}\.(a|b|json|json\.new))$/;
const LONGEST_NOTE = 10_000;

export const isAddress = (text: string): boolean => ADDRESS.test(text);

/** Opens the folder, and makes it if it is missing. Throws a sentence if it cannot be used. */
export async function openCacheFolder(given: string): Promise<CacheFolder> {
  const root = await openScratchRoot(given);
  const path = join(root.path, CACHE);
  const isOurs = await makeOurFolder(root, CACHE);
  const why = isOurs ? await tryToUse(path) : ((await explainCache(given)) ?? 'cannot be made');
  if (why === null) return { path, root };
  throw new Error(`The cache ${path} ${why}. Renders go on without the cache.`);
}

/** Why the cache of a scratch root cannot be used, as far as a look shows it; null if it can. */
export async function explainCache(given: string): Promise<string | null> {
  const root = await openScratchRoot(given);
  const found = await lstat(join(root.path, CACHE), { bigint: true }).catch(missingIsNull);
  if (found === null) return null;
  if (found.isSymbolicLink()) return 'is a link: remove it';
  if (!found.isDirectory()) return 'is not a folder: remove it';
  if (!(await isOurFolder(root, CACHE)))
    return 'is on another disk than the scratch root: unmount it';
  const { uid } = await lstat(root.path, { bigint: true });
  return found.uid === uid ? null : `belongs to another user than ${root.path}: remove it`;
}

async function tryToUse(path: string): Promise<string | null> {
  try {
    await chmod(path, 0o700);
    await tryToLink(path);
    return null;
  } catch (cause) {
    return `cannot be used (${codeOf(cause)}): the disk must have links and space`;
  }
}

/** A disk without hard links can have no cache. */
async function tryToLink(path: string): Promise<void> {
  const [one, other] = [join(path, '.probe-a'), join(path, '.probe-b')];
  for (const probe of [one, other]) await unlink(probe).catch(missingIsNull);
  await writeFile(one, '');
  await link(one, other);
  for (const probe of [one, other]) await unlink(probe);
}

/** The whole entries, the one that was used longest ago first. Removes what is left of others. */
export async function readEntries({ path }: CacheFolder): Promise<FoundEntry[]> {
  const names = (await readdir(path)).filter((name) => OURS.test(name));
  const found: FoundEntry[] = [];
  const known = new Set<string>();
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const note = await readNote(join(path, name)).catch(() => null);
    if (note === null || !(await looksSame(path, note))) continue;
    const { mtimeMs } = await lstat(join(path, name));
    found.push({ address: name.slice(0, -'.json'.length), note, usedAt: mtimeMs });
    known.add(name).add(note.file);
  }
  for (const name of names)
    if (!known.has(name)) await unlink(join(path, name)).catch(() => undefined);
  return found.sort((one, other) => one.usedAt - other.usedAt);
}

/** Removes the files of the cache, and the folder if nothing else is in it. */
export async function removeCache(given: string): Promise<void> {
  const root = await openScratchRoot(given);
  if (!(await isOurFolder(root, CACHE))) return;
  const path = join(root.path, CACHE);
  for (const name of await readdir(path))
    if (OURS.test(name)) await unlink(join(path, name)).catch(() => undefined);
  await rmdir(path).catch(() => undefined);
}

async function readNote(path: string): Promise<CacheNote | null> {
  const note: unknown = JSON.parse(`${await readRegular(path, { mostBytes: LONGEST_NOTE })}`);
  if (!isRecord(note)) return null;
  const { file, version, contentType = null, inode, size, modifiedNs } = note;
  const isWhole =
    [file, version, inode, modifiedNs].every((text) => typeof text === 'string') &&
    (contentType === null || typeof contentType === 'string') &&
    Number.isSafeInteger(size);
  if (!isWhole || !OURS.test(String(file))) return null;
  return {
    ...{ file: String(file), version: String(version), contentType, size: Number(size) },
    ...{ inode: String(inode), modifiedNs: String(modifiedNs) },
  };
}

type Stat = { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint };

function looksOf({ ino, size, mtimeNs }: Stat): Looks {
  return { inode: String(ino), size: Number(size), modifiedNs: String(mtimeNs) };
}

/** Whether the file of this note is still as it was kept: nobody has written into it. */
export async function looksSame(path: string, note: CacheNote): Promise<boolean> {
  const found = await lstat(join(path, note.file), { bigint: true }).catch(() => null);
  if (found === null || !found.isFile()) return false;
  const { inode, size, modifiedNs } = looksOf(found);
  return inode === note.inode && size === note.size && modifiedNs === note.modifiedNs;
}

/** Whether a scratch folder has the file too, so that its removal here would free nothing. */
export async function isLinkedElsewhere(path: string, { file }: CacheNote): Promise<boolean> {
  return ((await lstat(join(path, file)).catch(() => null))?.nlink ?? 0) > 1;
}

/**
 * Makes an open file of a render a file of the worker that nobody may write, and gives it a name in
 * the folder too. `place` is its path.
 */
export async function addFile(
  path: string,
  address: string,
  added: Pick<CacheNote, 'version' | 'contentType'> & { file: FileHandle; place: string },
): Promise<CacheNote> {
  const { file, place, version, contentType } = added;
  const { uid, gid, mode } = await file.stat();
  const [own, group] = [process.geteuid?.() ?? uid, process.getegid?.() ?? gid];
  let stored: string | null = null;
  try {
    // Windows syncs only what may be written.
    if (process.platform === 'win32') await sync(place, 'r+');
    if (uid !== own) await file.chown(own, group);
    await file.chmod(0o444);
    const looks = looksOf(await file.stat({ bigint: true }));
    stored = await linkAs(place, path, [`${address}.a`, `${address}.b`]);
    const note = { ...looks, version, contentType, file: stored };
    if (await looksSame(path, note)) return note;
    throw new Error('it was exchanged');
  } catch (cause) {
    if (stored !== null) await unlink(join(path, stored)).catch(() => undefined);
    await file.chmod(mode & 0o777);
    if (uid !== own) await file.chown(uid, gid);
    throw cause;
  }
}

/** Links under the first of these names that is free. */
async function linkAs(place: string, path: string, names: readonly string[]): Promise<string> {
  const [name = '', ...others] = names;
  return await link(place, join(path, name)).then(
    () => name,
    (cause) => {
      if (codeOf(cause) !== 'EEXIST' || others.length === 0) throw cause;
      return linkAs(place, path, others);
    },
  );
}

/** Brings the bytes of a new entry to the disk, and then writes its note. */
export async function saveEntry(path: string, address: string, note: CacheNote): Promise<void> {
  if (process.platform !== 'win32') await sync(join(path, note.file), 'r');
  await writeDurably(path, `${address}.json`, JSON.stringify(note));
  await touchNote(path, address);
}

async function sync(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  await file.sync().finally(() => file.close());
}

/** Two uses never have the same time, so that their order stays known. */
let lastUse = 0;

/** Notes that the entry is used now. An entry without a note has nothing to change. */
export async function touchNote(path: string, address: string): Promise<void> {
  lastUse = Math.max(Date.now(), lastUse + 0.01);
  const now = lastUse / 1000;
  await utimes(join(path, `${address}.json`), now, now).catch(() => undefined);
}

/** Removes an entry. False if its file is still there: on Windows, a program may have it open. */
export async function removeEntry(path: string, address: string, file: string): Promise<boolean> {
  const note = join(path, `${address}.json`);
  for (const one of [note, asideOf(note)]) await unlink(one).catch(() => undefined);
  return await unlink(join(path, file)).then(
    () => true,
    (cause) => codeOf(cause) === 'ENOENT',
  );
}

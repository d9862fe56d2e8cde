/*
 * The host's cache of sources (RENDERDECK_CACHE_GB). The daemon owns it; renders only ask.
 *
 * 1. keep: a render has downloaded a file. The file gets the worker as its owner, loses every right
 *    to write, and gets a second name in the cache. So nothing is copied, and the file uses the
 *    disk once. Before that, the entries that were used longest ago go until it fits.
 * 2. give: a later render has heard from the server that it still has the same version. It gets a
 *    link to the file, if nobody has written into it.
 * 3. Only one change is made at a time, so that the cache never has more bytes than it may have. A
 *    change is short: the bytes of a new file are synced after it, and then its note is written.
 */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import {
  addFile,
  type CacheFolder,
  type CacheNote,
  isAddress,
  isLinkedElsewhere,
  looksSame,
  openCacheFolder,
  readEntries,
  removeEntry,
  saveEntry,
  touchNote,
} from './cache-folder.ts';
import { isFileName, type JobFolder, linkInto, withFileOf } from './job-folder.ts';
import { freeBytes } from './scratch-root.ts';

export type CacheLimits = {
  /** The files of the cache have at most so many bytes. */
  readonly mostBytes: number;
  /** With less free space than this on the disk, nothing is kept. */
  readonly minFreeBytes: number;
  readonly mostEntries?: number;
};
export type KeptVersion = Pick<CacheNote, 'version' | 'contentType'>;
type Entry = { readonly note: CacheNote; readonly saved: Promise<void> };

const MOST_ENTRIES = 10_000;
/** What the note of an entry takes on the disk. */
const NOTE_BYTES = 4096;
/** A longer text is no version. */
const LONGEST_VERSION = 1000;

export class SourceCache {
  readonly #folder: CacheFolder;
  readonly #limits: Required<CacheLimits>;
  readonly #onProblem: (sentence: string) => void;
  /** The entry that was used longest ago is the first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(
    folder: CacheFolder,
    limits: CacheLimits,
    onProblem: (sentence: string) => void,
  ) {
    this.#folder = folder;
    this.#limits = { mostEntries: MOST_ENTRIES, ...limits };
    this.#onProblem = onProblem;
  }

  /**
   * Opens the cache of a scratch root, whose lock this process has. Throws a sentence if it cannot
   * be used.
   */
  static async open(
    root: string,
    limits: CacheLimits,
    onProblem: (sentence: string) => void,
  ): Promise<SourceCache> {
    const folder = await openCacheFolder(root);
    const cache = new SourceCache(folder, limits, onProblem);
    for (const { address, note } of await readEntries(folder))
      cache.#add(address, { note, saved: Promise.resolve() });
    await cache.#makeRoom(0, 0);
    return cache;
  }

  /** What the cache has of an address. */
  find(address: string): KeptVersion | null {
    const entry = this.#entries.get(address);
    return entry === undefined
      ? null
      : { version: entry.note.version, contentType: entry.note.contentType };
  }

  /**
   * Gives the file of this version its name in the folder. Returns its size; null if that is not
   * possible. An entry whose file somebody has changed is removed.
   */
  give(address: string, version: string, folder: JobFolder, name: string): Promise<number | null> {
    return this.#inTurn(async () => {
      const entry = this.#entries.get(address);
      if (entry === undefined || entry.note.version !== version || !isFileName(name)) return null;
      const { path } = this.#folder;
      if (!(await looksSame(path, entry.note))) {
        this.#onProblem(
          `A file of the cache ${path} was changed by another program: it is removed.`,
        );
        await this.#remove(address, entry);
        return null;
      }
      try {
        // On Windows, the removal of one link may let all of them be written.
        await chmod(join(path, entry.note.file), 0o444);
        await linkInto(folder, join(path, entry.note.file), name);
      } catch {
        // A file can have only so many names. The download that follows brings a new one.
        return null;
      }
      this.#entries.delete(address);
      this.#entries.set(address, entry);
      await touchNote(path, address);
      return entry.note.size;
    });
  }

  /** Keeps a file that a render has downloaded. False if the cache does not want it. */
  keep(address: string, version: KeptVersion, folder: JobFolder, name: string): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!isAddress(address) || !isFileName(name)) return false;
      if (version.version.length > LONGEST_VERSION) return false;
      return await this.#adopt(address, version, folder, name);
    });
  }

  /** Removes what no render uses, until the disk has enough free space again. */
  giveWay(): Promise<void> {
    return this.#inTurn(async () => {
      for (const [address, entry] of [...this.#entries]) {
        if (await this.#hasSpace()) return;
        if (await isLinkedElsewhere(this.#folder.path, entry.note)) continue;
        await this.#remove(address, entry);
      }
    });
  }

  /** Resolves when each entry so far is on the disk with its note. */
  async saved(): Promise<void> {
    await this.#changes;
    await Promise.all([...this.#entries.values()].map(({ saved }) => saved));
  }

  async #adopt(
    address: string,
    version: KeptVersion,
    folder: JobFolder,
    name: string,
  ): Promise<boolean> {
    const { path } = this.#folder;
    try {
      return await withFileOf(folder, name, async (file, place) => {
        const { size } = await file.stat();
        const needed = size + NOTE_BYTES;
        if (needed > this.#limits.mostBytes || !(await this.#hasSpace())) return false;
        const before = this.#entries.get(address);
        if (before !== undefined) await this.#remove(address, before);
        if (!(await this.#makeRoom(needed, 1))) return false;
        const note = await addFile(path, address, { ...version, file, place });
        const saved = saveEntry(path, address, note).catch((cause) => this.#fail(cause));
        this.#add(address, { note, saved });
        return true;
      });
    } catch (cause) {
      this.#fail(cause);
      return false;
    }
  }

  #add(address: string, entry: Entry): void {
    this.#entries.set(address, entry);
    this.#bytes += entry.note.size + NOTE_BYTES;
  }

  /** Removes entries until these bytes fit. False if they do not. */
  async #makeRoom(bytes: number, entries: number): Promise<boolean> {
    const { mostBytes, mostEntries } = this.#limits;
    const fits = () =>
      this.#bytes + bytes <= mostBytes && this.#entries.size + entries <= mostEntries;
    for (const [address, entry] of [...this.#entries]) {
      if (fits()) break;
      await this.#remove(address, entry);
    }
    return fits();
  }

  async #remove(address: string, entry: Entry): Promise<void> {
    await entry.saved;
    if (!(await removeEntry(this.#folder.path, address, entry.note.file))) return;
    this.#entries.delete(address);
    this.#bytes -= entry.note.size + NOTE_BYTES;
  }

  async #hasSpace(): Promise<boolean> {
    const free = await freeBytes(this.#folder.root.path).catch(() => 0);
    return free >= this.#limits.minFreeBytes;
  }

  #fail(cause: unknown): void {
    this.#onProblem(
      `The cache ${this.#folder.path} could not keep a file (${codeOf(cause)}). Renders go on ` +
        'without it.',
    );
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const changed = this.#changes.then(change);
    this.#changes = changed.catch(() => undefined);
    return changed;
  }
}

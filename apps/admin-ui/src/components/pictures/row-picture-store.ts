import { PICTURE, type WireJobPictures } from '@renderdeck/contract';
import type { Api } from '../../api/api.ts';

/** Rows that appear together are asked for together. */
const GATHER_MS = 100;

type ReadPictures = (ids: string[]) => Promise<readonly WireJobPictures[]>;
type Row = { isRunning: boolean; readonly listeners: Set<() => void> };

/**
 * The small pictures of the rows on the screen. One request brings those of all rows that are new,
 * and every ten seconds one brings those of all rows that run, or that got no answer. A picture
 * that exists is kept, so rows that come back show it at once. There is one request at a time: rows
 * that appear meanwhile are asked for after it. Without a row on the screen nothing is planned.
 */
export class RowPictureStore {
  readonly #readPictures: ReadPictures;
  readonly #rows = new Map<string, Row>();
  readonly #known = new Map<string, WireJobPictures>();
  /** The jobs of the request under way; null: there is none. */
  #asked: ReadonlySet<string> | null = null;
  /** The next request; null: none is planned. */
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(readPictures: ReadPictures) {
    this.#readPictures = readPictures;
  }

  get(id: string): WireJobPictures | undefined {
    return this.#known.get(id);
  }

  /** Calls the listener when the picture of this job changes. Gives a function that ends this. */
  watch(id: string, isRunning: boolean, listener: () => void): () => void {
    const row = this.#rows.get(id) ?? { isRunning, listeners: new Set() };
    row.isRunning = isRunning;
    row.listeners.add(listener);
    this.#rows.set(id, row);
    const isIdle = this.#asked === null && this.#timer === null;
    if (!this.#known.has(id) && this.#asked === null) this.#askIn(GATHER_MS);
    else if (isRunning && isIdle) this.#askIn(PICTURE.everyMs);
    return () => {
      row.listeners.delete(listener);
      if (row.listeners.size === 0) this.#rows.delete(id);
      if (this.#rows.size === 0) this.#planNone();
    };
  }

  #askIn(ms: number): void {
    this.#planNone();
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  #planNone(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #ask(): Promise<void> {
    this.#timer = null;
    const asked = new Set(this.#wanted());
    this.#asked = asked;
    const ids = [...asked];
    if (document.visibilityState === 'visible')
      for (let from = 0; from < ids.length; from += PICTURE.mostJobs)
        await this.#read(ids.slice(from, from + PICTURE.mostJobs));
    this.#asked = null;
    const wanted = this.#wanted();
    const isNew = (id: string) => !this.#known.has(id) && !asked.has(id);
    if (wanted.length > 0) this.#askIn(wanted.some(isNew) ? GATHER_MS : PICTURE.everyMs);
  }

  #wanted(): string[] {
    const rows = [...this.#rows].filter(([id, row]) => row.isRunning || !this.#known.has(id));
    return rows.map(([id]) => id);
  }

  async #read(ids: string[]): Promise<void> {
    // Without an answer the rows keep what they show.
    const read = await this.#readPictures(ids).catch(() => []);
    for (const job of read) {
      this.#known.set(job.id, job);
      for (const listener of this.#rows.get(job.id)?.listeners ?? []) listener();
    }
  }
}

const stores = new WeakMap<Api['client'], RowPictureStore>();

/** The store of this page. */
export function rowPicturesOf(client: Api['client']): RowPictureStore {
  const readPictures: ReadPictures = async (ids) => (await client.listPictures.query({ ids })).jobs;
  const store = stores.get(client) ?? new RowPictureStore(readPictures);
  stores.set(client, store);
  return store;
}

import { PICTURE, type WireJobPictures } from '@renderdeck/contract';
import type { Api } from '../../api/api.ts';

/** Rows that appear together are asked for together. */
const GATHER_MS = 100;

type Row = { isRunning: boolean; readonly listeners: Set<() => void> };

/**
 * The small pictures of the rows on the screen. One request brings those of all rows that are new,
 * and every ten seconds one brings those of all rows that run. A picture that exists is kept, so
 * rows that come back show it at once.
 */
export class RowPictureStore {
  readonly #client: Api['client'];
  readonly #rows = new Map<string, Row>();
  readonly #known = new Map<string, WireJobPictures>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(client: Api['client']) {
    this.#client = client;
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
    if (!this.#known.has(id)) this.#askIn(GATHER_MS);
    return () => {
      row.listeners.delete(listener);
      if (row.listeners.size === 0) this.#rows.delete(id);
    };
  }

  #askIn(ms: number): void {
    if (this.#timer !== null) {
      if (ms > GATHER_MS) return;
      clearTimeout(this.#timer);
    }
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    const wanted = [...this.#rows].filter(([id, row]) => row.isRunning || !this.#known.has(id));
    const ids = wanted.map(([id]) => id);
    if (document.visibilityState === 'visible')
      for (let from = 0; from < ids.length; from += PICTURE.mostJobs)
        await this.#read(ids.slice(from, from + PICTURE.mostJobs));
    this.#timer = null;
    if ([...this.#rows.values()].some(({ isRunning }) => isRunning)) this.#askIn(PICTURE.everyMs);
  }

  async #read(ids: string[]): Promise<void> {
    // Without an answer the rows keep what they show; the next turn asks again.
    const read = await this.#client.listPictures.query({ ids }).catch(() => null);
    for (const job of read?.jobs ?? []) {
      this.#known.set(job.id, job);
      for (const listener of this.#rows.get(job.id)?.listeners ?? []) listener();
    }
  }
}

const stores = new WeakMap<Api['client'], RowPictureStore>();

/** The store of this page. */
export function rowPicturesOf(client: Api['client']): RowPictureStore {
  const store = stores.get(client) ?? new RowPictureStore(client);
  stores.set(client, store);
  return store;
}

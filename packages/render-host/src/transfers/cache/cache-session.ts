import type { CachedSources } from '@renderdeck/domain';
import type { RenderUser } from '../../process/render-user.ts';
import type { ScratchFolder } from '../../scratch/scratch-folder.ts';
import type { SourceCache } from '../../scratch/source-cache.ts';
import type { CacheQuestion } from './cache-question.ts';
import type { Turns } from './turns.ts';

/** The cache of a host, with the turns of its renders. */
export type HostCache = { readonly files: SourceCache; readonly turns: Turns };

export type CacheSessionOptions = {
  readonly scratch: ScratchFolder;
  /** The user that the render runs as; null: the worker's own user. */
  readonly user: RenderUser | null;
  /** How many sources came from the cache so far. */
  onCached(cached: CachedSources): void;
  /** Runs around each question: the render waits for its answer. */
  whileAsked<Answer>(ask: () => Promise<Answer>): Promise<Answer>;
};

/**
 * Answers the questions of one render. It ends with the downloads: later, a script of the job may
 * speak in place of our program.
 */
export class CacheSession {
  readonly #cache: HostCache;
  readonly #options: CacheSessionOptions;
  #cached: CachedSources = { sources: 0, cached: 0, bytes: 0 };
  #hasEnded = false;
  #working: Promise<unknown> = Promise.resolve();

  constructor(cache: HostCache, options: CacheSessionOptions) {
    this.#cache = cache;
    this.#options = options;
  }

  answer(question: CacheQuestion): Promise<unknown> {
    return this.#options.whileAsked(() => this.#answer(question));
  }

  async #answer(question: CacheQuestion): Promise<unknown> {
    if (this.#hasEnded) return null;
    if (question.op === 'take') return await this.#take(question.address);
    const answered = this.#act(question);
    this.#working = Promise.all([this.#working, answered.catch(() => undefined)]);
    return await answered;
  }

  /** Frees the turns at once. Resolves when nothing is done any more in the scratch folder. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    this.#cache.turns.leave(this);
    await this.#working;
  }

  async #take(address: string): Promise<unknown> {
    await this.#cache.turns.take(address, this);
    return this.#hasEnded ? null : this.#cache.files.find(address);
  }

  async #act(question: Exclude<CacheQuestion, { op: 'take' }>): Promise<unknown> {
    const { files, turns } = this.#cache;
    switch (question.op) {
      case 'begin':
        return this.#count({ sources: question.sources });
      case 'link': {
        const { address, version, name } = question;
        const bytes = await files.give(address, version, this.#options, name);
        if (bytes === null) return false;
        turns.free(address, this, true);
        const { cached, bytes: before } = this.#cached;
        this.#count({ cached: cached + 1, bytes: before + bytes });
        return true;
      }
      case 'keep': {
        const { address, version, contentType, name } = question;
        const isKept = await files.keep(address, { version, contentType }, this.#options, name);
        turns.free(address, this, isKept);
        return isKept;
      }
      case 'leave':
        return turns.free(question.address, this, question.isKept);
    }
  }

  #count(change: Partial<CachedSources>): void {
    this.#cached = { ...this.#cached, ...change };
    this.#options.onCached(this.#cached);
  }
}

/** Answers a question of a render that may have no cache. */
export async function answerCache(
  cache: CacheSession | null,
  question: CacheQuestion,
  id: number | null,
  send: (id: number, answer: unknown) => void,
): Promise<void> {
  const answer = await cache?.answer(question).catch(() => null);
  if (id !== null) send(id, answer ?? null);
}

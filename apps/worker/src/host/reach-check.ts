import { tmpdir } from 'node:os';
import { explainReach } from '@renderdeck/render-host';
import type { Worker } from '../worker.ts';

/** It starts a program, so a good answer counts for a while. A bad one is asked again at once. */
const GOOD_FOR_MS = 30_000;

/** Checks whether the render user can reach what a render needs on this host. */
export class ReachCheck {
  #goodUntilMs = 0;

  /** Why no render can run as that user, in a few sentences; null where it can. */
  async explain(
    { config, renderUser }: Pick<Worker, 'config' | 'renderUser'>,
    aerender: string | null,
  ): Promise<string | null> {
    if (renderUser === null || performance.now() < this.#goodUntilMs) return null;
    const why = await explainReach(renderUser, { ...config, aerender, loaderCache: tmpdir() });
    if (why.length > 0) return `${why.join(' ')} No job is taken.`;
    this.#goodUntilMs = performance.now() + GOOD_FOR_MS;
    return null;
  }
}

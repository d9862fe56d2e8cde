import type { RenderEnd } from '@renderdeck/render-host';

/** Why an attempt ends. ended: on its own. stopRequested: an admin asked. lost: the job is no longer ours. shutDown: the daemon ends. overLimit: a watchdog's sentence. */
export type Reason =
  | { readonly kind: 'ended'; readonly end: RenderEnd }
  | { readonly kind: 'stopRequested'; readonly askedMsAgo: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'shutDown' }
  | { readonly kind: 'overLimit'; readonly sentence: string };

/** One reason per attempt: the first that is given counts, later ones change nothing. */
export class FirstReason {
  readonly first: Promise<Reason>;
  #resolve: (reason: Reason) => void = () => undefined;
  #given: Reason | null = null;
  #givenAt = performance.now();

  constructor() {
    this.first = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** True where this was the first. */
  give(reason: Reason): boolean {
    if (this.#given !== null) return false;
    this.#given = reason;
    this.#givenAt = performance.now();
    this.#resolve(reason);
    return true;
  }

  get given(): Reason | null {
    return this.#given;
  }

  /** Milliseconds since it was given. */
  get ageMs(): number {
    return performance.now() - this.#givenAt;
  }
}

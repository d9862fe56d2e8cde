import type { RenderEnd } from '@renderdeck/render-host';

/** Why an attempt ends. ended: on its own. stopRequested: an admin asked. lost: the job is no longer ours. shutDown: the daemon ends. overLimit: a watchdog's sentence. */
export type EndReason =
  | { readonly kind: 'ended'; readonly end: RenderEnd }
  | { readonly kind: 'stopRequested'; readonly askedMsAgo: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'shutDown' }
  | { readonly kind: 'overLimit'; readonly sentence: string };

/** One reason per attempt: the first that is given counts, later ones change nothing. */
export class EndSignal {
  readonly triggered: Promise<EndReason>;
  #resolve: (reason: EndReason) => void = () => undefined;
  #given: EndReason | null = null;
  #givenAt = performance.now();

  constructor() {
    this.triggered = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** True where this was the first. */
  trigger(reason: EndReason): boolean {
    if (this.#given !== null) return false;
    this.#given = reason;
    this.#givenAt = performance.now();
    this.#resolve(reason);
    return true;
  }

  get reason(): EndReason | null {
    return this.#given;
  }

  /** Milliseconds since it was given. */
  get ageMs(): number {
    return performance.now() - this.#givenAt;
  }
}

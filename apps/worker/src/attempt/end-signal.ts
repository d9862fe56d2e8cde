import type { OverLimit } from '@renderdeck/domain';
import type { AskedStop } from '@renderdeck/operations';
import { nowMs, type RenderEnd } from '@renderdeck/render-host';

/** Why an attempt ends. */
export type EndReason =
  /** The render ended by itself. */
  | { readonly kind: 'ended'; readonly end: RenderEnd }
  /** An admin cancelled the job. */
  | ({ readonly kind: 'stopRequested' } & Omit<AskedStop, 'isRepeated'>)
  /** The job no longer belongs to this attempt. */
  | { readonly kind: 'lost' }
  /** The daemon shuts down. */
  | { readonly kind: 'shutDown' }
  /** The render is over a limit, or the disk of the host is nearly full. */
  | ({ readonly kind: 'overLimit' } & OverLimit);

/** Ends one attempt. Only the first reason counts; later reasons change nothing. */
export class EndSignal {
  readonly triggered: Promise<EndReason>;
  #resolve: (reason: EndReason) => void = () => undefined;
  #reason: EndReason | null = null;
  #triggeredAt = nowMs();

  constructor() {
    this.triggered = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** True when this is the first reason. */
  trigger(reason: EndReason): boolean {
    if (this.#reason !== null) return false;
    this.#reason = reason;
    this.#triggeredAt = nowMs();
    this.#resolve(reason);
    return true;
  }

  get reason(): EndReason | null {
    return this.#reason;
  }

  /** Milliseconds since the first reason. */
  get ageMs(): number {
    return nowMs() - this.#triggeredAt;
  }
}

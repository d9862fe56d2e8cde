/*
 * Why and how the daemon ends: by a signal, by `worker stop`, with its starter, because another
 * daemon takes its name, or after an error that no code handles. A later request may be stronger
 * than the first one, and never weaker.
 */
import type { StopDemand } from '@renderdeck/domain';
import type { Logger } from 'pino';
import { causeMessage } from '../error-message.ts';

/** Windows sends the last three to the programs of a console. Only Windows has SIGBREAK. */
export const END_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'] as const;
/** Windows ends a process about ten seconds after its console was closed. */
const CONSOLE_CLOSED_MS = 4000;

export class EndRequest {
  /** Resolves with the reason of the first request. */
  readonly requested: Promise<string>;
  readonly #stop = new AbortController();
  readonly #skipGrace = new AbortController();
  #resolve: (why: string) => void = () => undefined;
  #demand: StopDemand | null = null;
  #failure: string | null = null;

  constructor() {
    this.requested = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Null while no end was requested. */
  get demand(): StopDemand | null {
    return this.#demand;
  }

  /** The error that no code handled, as a sentence; null when there was none. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Aborted when renders may no longer run to their end. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted when every grace period must end. */
  get skipGrace(): AbortSignal {
    return this.#skipGrace.signal;
  }

  ask(demand: StopDemand, why: string): void {
    if (this.#demand !== 'stop') this.#demand = demand;
    if (demand === 'stop') this.#stop.abort();
    this.#resolve(why);
  }

  /** Ends the daemon in order after an error that no code handled. */
  fail(error: unknown): void {
    this.#failure ??= explainFailure(error);
    this.ask('stop', this.#failure);
  }

  endGraces(): void {
    this.#skipGrace.abort();
  }
}

/** Logs each error that no code handles as one line, and asks the daemon to end in order. */
export function listenForFailures(end: EndRequest, log: Logger): void {
  // Node also calls this for a promise whose rejection nobody handles.
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'an error was not handled, this worker ends');
    end.fail(error);
  });
}

/** Turns signals and the starter's end into requests. A second signal ends every grace period. */
export function listenForEnd(end: EndRequest): void {
  let signals = 0;
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) end.endGraces();
      if (signal === 'SIGHUP' && process.platform === 'win32')
        setTimeout(() => end.endGraces(), CONSOLE_CLOSED_MS).unref();
      end.ask('stop', signal);
    });
  }
  process.once('disconnect', () => end.ask('stop', 'its starter ended'));
  // The starter may have ended before this line.
  if (process.connected === false) end.ask('stop', 'its starter ended');
}

/** Why the daemon ended, for the person who starts it. */
export function explainFailure(error: unknown): string {
  return `It ended after an error: ${causeMessage(error)}. Its log has more.`;
}

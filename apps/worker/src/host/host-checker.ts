/*
 * Whether this host can render, by its renders and its checks (host-record.ts of domain).
 *
 * 1. A host failure pauses the host: no claim until a check holds. The check is repeated after 1,
 *    2, 5 … 30 minutes by the steady clock, at the next start, or when an admin asks.
 * 2. Failures of an unclear cause before the first frame are counted. After the third in a row, the
 *    host checks itself. The report of that failure, and of each such failure meanwhile, waits for
 *    the verdict: if the check fails, these are host failures; if it holds, they are the jobs' own.
 * 3. The record is on disk before a failure is reported, so a restart loses nothing.
 */
import {
  afterCheck,
  afterFrame,
  afterHostFailure,
  afterUnclearFailure,
  type CheckItem,
  didHold,
  type HostRecord,
  mustCheck,
  pauseMs,
} from '@renderdeck/domain';
import type { Logger } from 'pino';

/** Whose failure it was; `unknown` when the worker ends before the check does. */
export type Verdict = 'job' | 'host' | 'unknown';

export type HostCheckerContext = {
  readonly name: string;
  readonly log: Logger;
  readonly record: HostRecord;
  saveRecord(record: HostRecord): Promise<void>;
  /** Throws when the signal is aborted. */
  check(signal: AbortSignal): Promise<readonly CheckItem[]>;
  /** When an admin asked for a check that has no answer yet; null when nobody asked. */
  findAsked(): Promise<Date | null>;
  /** Saves the result in the database. Each try computes `ranMs` again. */
  report(items: readonly CheckItem[], ranMs: () => number, askedAt: Date | null): Promise<void>;
};

export class HostChecker {
  /** Called when the host may take jobs again, or may take none any more. */
  onChange: () => void = () => undefined;
  readonly #context: HostCheckerContext;
  readonly #end = new AbortController();
  #record: HostRecord;
  #running: Promise<boolean | null> | null = null;
  #saving: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  /** A host failure that came during the check. The check cannot show anything about it. */
  #failedMeanwhile: string | null = null;

  constructor(context: HostCheckerContext) {
    this.#context = context;
    this.#record = context.record;
  }

  /** Why no job is taken, as a sentence; null when jobs are taken. */
  get problem(): string | null {
    const { problem, unclear } = this.#record;
    const { name } = this.#context;
    if (problem !== null) {
      const minutes = pauseMs(this.#record) / 60_000;
      return (
        `${problem} No job is taken. The host checks itself ${minutes} min after that, ` +
        `or at once: ctl hosts check ${name}.`
      );
    }
    if (!mustCheck(this.#record)) return null;
    return `${unclear} renders in a row failed before their first frame; the host checks itself.`;
  }

  /** Checks at once if an earlier daemon of this host had a reason to check. */
  start(): void {
    if (this.problem !== null) void this.#check();
  }

  /** Ends a check that runs. A failure that waits for its verdict gets `unknown`. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    this.#end.abort();
    await this.#running;
  }

  /** Call this when a render showed its first frame, or completed. */
  async noteFrame(): Promise<void> {
    const { unclear, pauses } = this.#record;
    if (unclear > 0 || pauses > 0) await this.#change(afterFrame(this.#record));
  }

  /** Pauses the host. Resolves when the pause is on disk. */
  async noteHostFailure(problem: string): Promise<void> {
    const isFirst = this.#record.problem === null;
    if (this.#running !== null) this.#failedMeanwhile ??= problem;
    await this.#change(afterHostFailure(this.#record, problem));
    if (isFirst && this.#running === null) this.#retryLater();
  }

  /** Decides whose failure it is when a render fails before its first frame for no clear cause. */
  async judge(): Promise<Verdict> {
    if (this.#record.problem !== null) return 'host';
    await this.#change(afterUnclearFailure(this.#record));
    if (this.#running === null && !mustCheck(this.#record)) return 'job';
    const held = await this.#check();
    if (held === null) return 'unknown';
    return held ? 'job' : 'host';
  }

  /** Answers an admin. A check that began before the request is no answer. */
  async answer(): Promise<void> {
    await this.#running;
    if ((await this.#context.findAsked()) !== null) await this.#check();
  }

  #check(): Promise<boolean | null> {
    this.#running ??= this.#runCheck().finally(() => {
      this.#running = null;
      this.onChange();
    });
    return this.#running;
  }

  /** Null when the worker ends before the check does. */
  async #runCheck(): Promise<boolean | null> {
    const { check, findAsked, report, log } = this.#context;
    clearTimeout(this.#retry);
    this.#failedMeanwhile = null;
    const beganAt = performance.now();
    try {
      const askedAt = await findAsked().catch(() => null);
      const items = await check(this.#end.signal);
      const held = didHold(items);
      const failed = items.filter(({ ok }) => ok === false).map(({ sentence }) => sentence);
      const problem = held ? this.#failedMeanwhile : failed.join(' ');
      await this.#change(afterCheck(this.#record, { problem, isAsked: askedAt !== null }));
      log[held ? 'info' : 'error']({ checks: items }, 'the host checked itself');
      if (problem !== null) this.#retryLater();
      await report(items, () => performance.now() - beganAt, askedAt);
      return held;
    } catch (error) {
      if (this.#end.signal.aborted) return null;
      log.error({ err: error }, 'the host could not check itself');
      const problem = 'The host could not check itself; its log says why.';
      await this.#change(afterCheck(this.#record, { problem, isAsked: false }));
      this.#retryLater();
      return false;
    }
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#end.signal.aborted) return;
    this.#retry = setTimeout(() => void this.#check(), pauseMs(this.#record));
    this.#retry.unref();
  }

  async #change(record: HostRecord): Promise<void> {
    this.#record = record;
    this.onChange();
    const { saveRecord, log } = this.#context;
    this.#saving = this.#saving
      .then(() => saveRecord(this.#record))
      .catch((error: unknown) => log.error({ err: error }, 'the record of this host is not kept'));
    await this.#saving;
  }
}

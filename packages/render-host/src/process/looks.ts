/*
 * Looks at files that somebody else controls: a job, the render user, a share. Such a look may hang
 * for ever, and four looks that hang would block all file work and name lookups of a process.
 *
 * 1. A program of its own does the looks (look-child.mjs). It runs as the user that renders where
 *    only that user's view counts. It does one look after the other, so a limit never ends the
 *    wrong look.
 * 2. The program names the path that it touches next. The limit counts from the start of a look,
 *    not from the start of the program.
 * 3. A program over its limit is killed, and the next look gets a new program. While the killed
 *    program does not end because the kernel waits for the share, no other one is started.
 * 4. The program ends with this process, or when there was no look for a while.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { LOOKS } from '../looks/looks.mjs';
import type { RenderUser } from './render-user.ts';
import { startModuleAs } from './run-module-as.ts';

type Named = typeof LOOKS;
type ArgsOf<Name extends keyof Named> =
  Parameters<Named[Name]> extends [unknown, ...infer Args] ? Args : never;
type ResultOf<Name extends keyof Named> = Awaited<ReturnType<Named[Name]>>;
type Failed = { readonly message: string; readonly code: string | null };
type Answer<Result> = { readonly id: number } & (
  | { readonly result: Result }
  | { readonly error: Failed }
);
type Message<Result> = Answer<Result> | { readonly id: number; readonly at: string };
type Running = { readonly child: ChildProcess; readonly ended: Promise<null> };

const CHILD = new URL('./look-child.mjs', import.meta.url);
const IDLE_MS = 15_000;
const READY_WITHIN_MS = 30_000;
/** After this process was frozen past the limit, an answer may be here that was not read yet. */
const UNREAD_MS = 100;
const LATE: unique symbol = Symbol('late');

/** Thrown when a look did not end in time. Its message is a sentence without its final dot. */
export class SilentLook extends Error {
  readonly code = 'SILENT';
}

export class Looks {
  readonly #user: RenderUser | null;
  #running: Running | null = null;
  #free: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #idle: NodeJS.Timeout | undefined;
  /** The last path that the most recently killed program had touched. */
  #silentAt = '';

  /** `user`: the user that looks; null: the user of this process. */
  constructor(user: RenderUser | null) {
    this.#user = user;
  }

  /** Returns the result of a look. Throws its error, or `SilentLook` if it does not end in time. */
  ask<Name extends keyof Named>(
    name: Name,
    args: ArgsOf<Name>,
    withinMs: number,
  ): Promise<ResultOf<Name>> {
    const found = this.#free.then(() => this.#ask(name, args, withinMs));
    this.#free = found.catch(() => undefined);
    return found;
  }

  /** Ends the program. The next look starts another one. */
  end(): void {
    clearTimeout(this.#idle);
    this.#running?.child.kill('SIGKILL');
  }

  async #ask<Name extends keyof Named>(
    name: Name,
    args: ArgsOf<Name>,
    withinMs: number,
  ): Promise<ResultOf<Name>> {
    clearTimeout(this.#idle);
    try {
      // A program of a render that runs as the same user can end this program.
      const answer =
        (await this.#askOnce(name, args, withinMs)) ?? (await this.#askOnce(name, args, withinMs));
      if (answer === LATE) throw silent(this.#silentAt, withinMs);
      if (answer === null) throw new Error('The program that looks at files was ended');
      if ('error' in answer) throw toError(answer.error);
      return answer.result;
    } finally {
      this.#idle = setTimeout(() => this.end(), IDLE_MS).unref();
    }
  }

  /** Null when the program ended before its answer. */
  async #askOnce<Name extends keyof Named>(
    name: Name,
    args: ArgsOf<Name>,
    withinMs: number,
  ): Promise<Answer<ResultOf<Name>> | typeof LATE | null> {
    const running = await this.#start(withinMs);
    if (running === LATE || running === null) return running;
    const { child, ended } = running;
    const id = ++this.#asked;
    this.#silentAt = '';
    const answered = new Promise<Answer<ResultOf<Name>>>((resolve) => {
      child.on('message', (message: Message<ResultOf<Name>>) => {
        if (message.id !== id) return;
        if ('at' in message) this.#silentAt = message.at;
        else resolve(message);
      });
    });
    child.send({ id, name, args });
    const first = await withLimit(Promise.race([answered, ended]), withinMs);
    const answer = first === LATE ? await withLimit(answered, UNREAD_MS) : first;
    child.removeAllListeners('message');
    if (answer === LATE) child.kill('SIGKILL');
    return answer;
  }

  /**
   * Returns the running program, or a new one that is ready. Null when the new one ends first; LATE
   * while the kernel does not let a killed program end.
   */
  async #start(withinMs: number): Promise<Running | typeof LATE | null> {
    const last = this.#running;
    if (last !== null && !last.child.killed && isAlive(last.child)) return last;
    if (last !== null && (await withLimit(last.ended, withinMs)) === LATE) return LATE;
    const child = startChild(this.#user);
    const ended = new Promise<null>((resolve) => {
      child.once('exit', () => resolve(null));
      // Either the start failed, or a message failed, so the program has ended or is about to end.
      child.once('error', () => (child.pid === undefined ? resolve(null) : child.kill('SIGKILL')));
    });
    this.#running = { child, ended };
    const ready = once(child, 'message').then(
      () => this.#running,
      () => null,
    );
    const started = await withLimit(Promise.race([ready, ended]), READY_WITHIN_MS);
    if (started !== LATE) return started;
    child.kill('SIGKILL');
    return null;
  }
}

async function withLimit<Result>(
  result: Promise<Result>,
  ms: number,
): Promise<Result | typeof LATE> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(
    (): typeof LATE => LATE,
    (): typeof LATE => LATE,
  );
  return await Promise.race([result, late]).finally(() => timer.abort());
}

function silent(at: string, withinMs: number): SilentLook {
  const path = at === '' ? 'The program that looks at files' : at;
  return new SilentLook(`${path} did not answer within ${withinMs / 1000} s`);
}

function toError({ message, code }: Failed): Error {
  return Object.assign(new Error(message), code === null ? {} : { code });
}

function isAlive({ exitCode, signalCode, connected }: ChildProcess): boolean {
  return connected && exitCode === null && signalCode === null;
}

function startChild(user: RenderUser | null): ChildProcess {
  const child = startModuleAs(user, CHILD, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // A message to an ended program causes an error event. The exit event is enough.
  child.on('error', () => undefined);
  child.unref();
  child.channel?.unref();
  return child;
}

/** Runs looks as the user of this process. */
export const asOwnUser = new Looks(null);
const asOthers = new Map<string, Looks>();

/** Runs looks as the user that renders; null: as the user of this process. */
export function askAs(user: RenderUser | null): Looks {
  if (user === null) return asOwnUser;
  const looks = asOthers.get(user.name) ?? new Looks(user);
  asOthers.set(user.name, looks);
  return looks;
}

/** How a program ended, and all that it said. */
export type ProgramEnd = {
  readonly name: string;
  /** False if it ended before it was ready. */
  readonly ready: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
};

/** True for the end of a program that was asked to end, or that a fault killed. */
export function endedWell({ code, signal }: ProgramEnd): boolean {
  return code === 0 || signal === 'SIGKILL';
}

const STACK = /^\s+at .+:\d+:\d+\)?$|triggerUncaughtException|UnhandledPromiseRejection/m;

/** What programs said that no program may say: the stack of an error that no code handled. */
export function stacksOf(ends: readonly ProgramEnd[]): string[] {
  return ends.flatMap(({ name, said }) => {
    const found = STACK.exec(said);
    return found === null
      ? []
      : [`${name} said: ${said.slice(Math.max(0, found.index - 600), found.index + 600)}`];
  });
}

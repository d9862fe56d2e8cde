import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { createJobObject, type JobObject } from '../process/windows/job-object.ts';

const ENDED_WITHIN_MS = 5000;

/** A program of node that runs in a Job Object of its own. */
export type Member = {
  readonly pid: number;
  readonly job: JobObject;
  /** The next message of the program. Throws when the program ends, or sends none in time. */
  receive(withinMs?: number): Promise<Record<string, unknown>>;
  /** Sends the program a message. */
  say(message: string): void;
  /** Waits for the end of the program. Null when the program does not end in time. */
  end(withinMs: number): Promise<{ readonly code: number | null } | null>;
};

/** The first lines of a program that calls Windows: `koffi`, and `kernel32` with these calls. */
export function callWindows(bindings: Readonly<Record<string, string>>): string {
  const koffi = JSON.stringify(createRequire(import.meta.url).resolve('koffi'));
  const bound = Object.entries(bindings).map(
    ([name, prototype]) => `const ${name} = kernel32.func(${JSON.stringify(prototype)});`,
  );
  const loaded = `const koffi = require(${koffi}); const kernel32 = koffi.load('kernel32.dll');`;
  return [loaded, ...bound].join(' ');
}

/**
 * Starts `program` in a new job, which it cannot leave. At the end it ends the job with all its
 * members. The program starts no other program before it is in the job. It reports by
 * `process.send(…)`.
 */
export async function withMember<Result>(
  program: string,
  work: (member: Member) => Promise<Result>,
): Promise<Result> {
  const job = createJobObject();
  const child = spawn(
    process.execPath,
    ['-e', `process.once('message', async () => { ${program} });`],
    { detached: true, windowsHide: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  );
  try {
    const member = await openMember(child, job);
    child.send('go');
    return await work(member);
  } finally {
    await endJob(child, job);
  }
}

async function openMember(child: ChildProcess, job: JobObject): Promise<Member> {
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  child.on('error', () => undefined);
  let exit: { readonly code: number | null } | null = null;
  child.once('exit', (code) => {
    exit = { code };
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('node could not be started');
  job.adopt(pid);
  return {
    pid,
    job,
    async receive(withinMs = 20_000) {
      const heard = await poll(() => messages.shift() ?? null, withinMs);
      if (typeof heard === 'object' && heard !== null) return { ...heard };
      throw new Error(`the program said nothing within ${withinMs / 1000} s`);
    },
    say: (message) => void child.send(message),
    end: (withinMs) => poll(() => exit, withinMs),
  };
}

async function endJob(child: ChildProcess, job: JobObject): Promise<void> {
  job.killAll();
  await poll(() => job.isEmpty(), ENDED_WITHIN_MS);
  if (child.connected) child.disconnect();
  child.unref();
  job.remove();
}

/** The first answer that is neither null nor false. Null when there is none in time. */
export async function poll<Answer>(
  ask: () => Answer | null | false,
  withinMs: number,
): Promise<Answer | null> {
  const until = performance.now() + withinMs;
  for (;;) {
    const answer = ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > until) return null;
    await delay(5);
  }
}

/*
 * Runs a module of ours as a program of its own, for work that this process must not do: work in a
 * folder that another user can exchange at any moment, or looks at files that may never answer
 * (looks.ts). The program runs as another user, so the kernel keeps it away from all files that
 * this user may not touch, wherever a path leads.
 *
 * - The program gets no setting of ours, because settings contain the password of the database.
 * - It has a group that no tree has, so no render can read or trace it.
 * - Other processes of that user may still end or stop it. So it has a time limit, and the caller
 *   checks what it prints.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../system/config.ts';
import { becomeUser, NO_TREES_GROUP, type RenderUser } from './render-user.ts';

/** A number is the id of a user. The program then has none of the user's groups. */
export type As = RenderUser | number;

const KEPT_FOR_OTHERS = /^PATH$/;
/** Windows starts no program unless these variables name the folder of Windows. */
const KEPT_VARIABLES = /^(PATH|SYSTEMROOT|WINDIR|TEMP|TMP)$/i;
const LONGEST_OUTPUT = 64 * 1024 * 1024;
const LONGEST_COMPLAINT = 2000;

/**
 * Runs the module with one JSON value as its argument. `folder`: an open folder of ours, which the
 * module gets as descriptor 3. Returns the output, or why there is no result. Never throws.
 */
export async function runModuleAs(
  as: As,
  module: URL,
  order: unknown,
  { withinMs, folder = null }: { withinMs: number; folder?: number | null },
): Promise<{ printed: string } | { problem: string }> {
  try {
    const child = startModuleAs(as, module, [JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe', ...(folder === null ? [] : [folder])],
    });
    return await readResult(child, withinMs);
  } catch (cause) {
    return { problem: String(cause) };
  }
}

/**
 * Runs the module with one JSON value as its input, which no other program can see. Null: as the
 * user of this process. The module also gets the variables of this process with these names.
 * Returns the output, or why there is no result. Never throws.
 */
export async function runModuleWith(
  as: As | null,
  module: URL,
  order: unknown,
  { withinMs, variables }: { withinMs: number; variables: RegExp },
): Promise<{ printed: string } | { problem: string }> {
  try {
    const child = startModuleAs(as, module, [], { stdio: ['pipe', 'pipe', 'pipe'], variables });
    child.stdin?.on('error', () => undefined); // its end tells more
    child.stdin?.end(JSON.stringify(order));
    return await readResult(child, withinMs);
  } catch (cause) {
    return { problem: String(cause) };
  }
}

/** Starts the module with these arguments. Null: as the user of this process. */
export function startModuleAs(
  as: As | null,
  module: URL,
  words: readonly string[],
  {
    variables = null,
    ...options
  }: Pick<SpawnOptions, 'stdio'> & { serialization?: 'advanced'; variables?: RegExp | null },
): ChildProcess {
  const command = [process.execPath, fileURLToPath(module), ...words] as const;
  const isUser = as !== null && typeof as !== 'number';
  const [program, ...args] = isUser ? becomeUser(as, NO_TREES_GROUP, [...command]) : command;
  const kept = as === null ? KEPT_VARIABLES : KEPT_FOR_OTHERS;
  const env = Object.entries(readEnvironment()).filter(
    ([name]) => kept.test(name) || variables?.test(name),
  );
  return spawn(program, args, {
    ...options,
    // Relative paths in settings are relative to the folder of this process.
    cwd: as === null ? undefined : '/',
    env: Object.fromEntries(env),
    ...(typeof as === 'number' ? { uid: as, gid: NO_TREES_GROUP } : {}),
    windowsHide: true,
  });
}

function readResult(
  child: ChildProcess,
  withinMs: number,
): Promise<{ printed: string } | { problem: string }> {
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const printed = collect(child, 'stdout', LONGEST_OUTPUT);
    const complaint = collect(child, 'stderr', LONGEST_COMPLAINT);
    const end = (problem: string | null) => {
      clearTimeout(late);
      resolve(problem === null ? { printed: printed() } : { problem });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => {
      if (code === 0) end(null);
      else end(complaint().trim() || `its program was ended (${signal ?? code})`);
    });
  });
}

/** Reads all of a stream and keeps only its first bytes. */
function collect(child: ChildProcess, of: 'stdout' | 'stderr', most: number): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  child[of]?.on('data', (chunk: Buffer) => {
    if (bytes < most) chunks.push(chunk);
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8').slice(0, most);
}

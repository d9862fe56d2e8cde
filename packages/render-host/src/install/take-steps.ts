/*
 * The steps of a command that changes the system of this machine. Each is printed before it is
 * taken, with its reason, so a person sees everything that changes. A dry run takes none.
 */
import { lchown, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tryProgram } from '../process/run-program.ts';
import { removeOwnFile } from '../scratch/remove-own-file.ts';
import type { InstallStep } from './install-step.ts';
import { findUserIds } from './unit-user.ts';

/**
 * Takes the steps in their order, and stops at the first one that fails. Returns a sentence then,
 * null when all are taken. What earlier steps made stays, and the same command goes on from there.
 */
export async function takeSteps(
  steps: readonly InstallStep[],
  { dryRun }: { readonly dryRun: boolean },
  print: (line: string) => void,
): Promise<string | null> {
  for (const step of steps) {
    const [head = '', ...text] = describe(step);
    for (const line of [dryRun ? `would ${head}` : head, ...text]) print(line);
    if (dryRun) continue;
    const problem = await takeOne(step).catch(messageOf);
    if (problem !== null && step.may !== true) return `This step failed: ${problem}`;
  }
  return null;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The step for people: what it does, and why. */
function describe(step: InstallStep): readonly string[] {
  if ('run' in step) return [`run ${step.run.join(' ')}   (${step.why})`];
  if ('remove' in step) return [`remove ${step.remove}   (${step.why})`];
  if ('folder' in step) return [`make the folder ${step.folder}   (${step.why})`];
  if ('own' in step) return [`give ${step.own} to ${step.user}   (${step.why})`];
  if ('does' in step) return [`${step.does}   (${step.why})`];
  const { write, why, text } = step;
  const lines = text.trimEnd().split('\n');
  return [`write ${write}   (${why}):`, ...lines.map((line) => `  ${line}`)];
}

async function takeOne(step: InstallStep): Promise<string | null> {
  if ('run' in step) {
    const [program, ...args] = step.run;
    const { ok, output } = await tryProgram(program, args);
    return ok ? null : output;
  }
  if ('does' in step) return await step.act();
  if ('own' in step) return await give(step.own, step.user);
  if ('remove' in step) await removeOwnFile(step.remove);
  else if ('folder' in step) {
    await mkdir(step.folder, { recursive: true });
    if (step.user !== undefined) return await giveFolder(step.folder, step.user);
  } else {
    const { write, text, encoding = 'utf8' } = step;
    await mkdir(dirname(write), { recursive: true });
    // Windows knows UTF-16 by its mark.
    await writeFile(write, encoding === 'utf16le' ? `\ufeff${text}` : text, encoding);
  }
  return null;
}

const noUser = (user: string) => `this machine has no user ${user}`;

async function give(path: string, user: string): Promise<string | null> {
  const owner = await findUserIds(user);
  if (owner === null) return noUser(user);
  await lchown(path, owner.uid, owner.gid);
  return null;
}

/**
 * Gets a folder of root to the user, with all that is in it, because root may have prepared it. A
 * folder of another user stays as it is.
 */
async function giveFolder(folder: string, user: string): Promise<string | null> {
  const owner = await findUserIds(user);
  if (owner === null) return noUser(user);
  const { uid } = await lstat(folder);
  if (uid === owner.uid) return null;
  if (uid !== process.getuid?.()) return `${folder} belongs to user ${uid}, and not to ${user}`;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    await lchown(join(entry.parentPath, entry.name), owner.uid, owner.gid);
  await lchown(folder, owner.uid, owner.gid);
  return null;
}

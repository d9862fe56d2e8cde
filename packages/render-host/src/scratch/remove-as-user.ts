/* Removes files as the user who owns them, in a program of its own (removal-child.mjs). */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenderUser } from '../process/render-user.ts';
import { type As, runModuleAs } from '../process/run-module-as.ts';
import { isRecord } from '../system/is-record.ts';
import type { Deletion, EmptyAsOwner } from './delete-tree.mjs';
import type { Order, Removed } from './removal-child.mjs';

const CHILD = new URL('./removal-child.mjs', import.meta.url);
/** How long that program may take to start and to answer on a busy host. */
export const START_MS = 5000;
/** The shortest time that one round of a removal gets. */
const SHORTEST_ROUND_MS = 5000;

/** Removes a part as this user. Returns why the part was left; null when it is gone. */
export async function removePartAs(
  user: RenderUser,
  part: string,
  deletion: Deletion,
  withinMs: number,
): Promise<string | null> {
  const removed = await remove(user, { part, withinMs }, null);
  if ('problem' in removed) return removed.problem;
  deletion.files += removed.files;
  deletion.bytes += removed.bytes;
  if (removed.error === null || !/\b(EACCES|EPERM)$/.test(removed.error)) return removed.error;
  return `${removed.error}: ${user.name} may not remove it, and root must not. Do it by hand`;
}

/**
 * For root on Linux: makes a function that empties folders of other users until this time of
 * `performance.now()`; else null. A hostile program of that user may stop our program, so each
 * removal has a limit.
 */
export function makeEmptyAsOwner(untilMs: number): EmptyAsOwner | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  return async (path, { ino, uid }, deletion) => {
    const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      const opened = await folder.stat({ bigint: true });
      if (opened.ino !== ino || opened.uid !== uid) throw new Error('it was exchanged');
      const withinMs = Math.max(SHORTEST_ROUND_MS, untilMs - performance.now());
      const removed = await remove(Number(uid), { folder: 3, withinMs }, folder.fd);
      const why = 'problem' in removed ? removed.problem : removed.error;
      if (why !== null) deletion.leftovers.push({ path, error: why });
      if ('problem' in removed) return;
      deletion.files += removed.files;
      deletion.bytes += removed.bytes;
      for (const left of removed.leftovers)
        deletion.leftovers.push({ ...left, path: join(path, left.path) });
    } finally {
      await folder.close();
    }
  };
}

async function remove(
  as: As,
  order: Order,
  folder: number | null,
): Promise<Removed | { problem: string }> {
  const withinMs = order.withinMs + START_MS;
  const ended = await runModuleAs(as, CHILD, order, { withinMs, folder });
  if ('problem' in ended) return ended;
  return parse(ended.printed) ?? { problem: 'its removal did not say what it did' };
}

function parse(text: string): Removed | null {
  try {
    const said: unknown = JSON.parse(text);
    if (!isRecord(said) || !Array.isArray(said.leftovers)) return null;
    const { files, bytes, error } = said;
    const leftovers = said.leftovers.map((left: unknown) => ({
      path: String(isRecord(left) ? left.path : ''),
      error: String(isRecord(left) ? left.error : ''),
    }));
    const isWhole = isCount(files) && isCount(bytes);
    if (!isWhole || (error !== null && typeof error !== 'string')) return null;
    return { files, bytes, leftovers, error };
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

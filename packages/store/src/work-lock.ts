import { type SQL, sql } from 'drizzle-orm';
import type { WorkLock } from './schema/index.ts';

/** Waits for a lock and keeps it until the transaction ends. */
export const takeWorkLock = (work: WorkLock): SQL => sql`take_work_lock(${sql.raw(`'${work}'`)})`;

/** Takes a lock without waiting; false if another transaction has it. */
export const tryWorkLock = (work: WorkLock): SQL => sql`try_work_lock(${sql.raw(`'${work}'`)})`;

import { openIncarnation } from '@renderdeck/store';
import type { Farm } from './farm.ts';

/** Begins a new incarnation of the database for all programs, as after a failover. */
export async function newIncarnation({ db, sql }: Farm): Promise<void> {
  await sql`delete from database_incarnations`;
  await openIncarnation(db);
}

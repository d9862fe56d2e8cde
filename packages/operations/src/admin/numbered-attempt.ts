import {
  type Database,
  findJobView,
  findNumberedAttempt,
  type NumberedAttempt,
} from '@renderdeck/store';
import { type Result, reject } from '../operation-context.ts';

/** The attempt of a job with this number; null: its newest attempt. */
export async function numberedAttempt(
  db: Database,
  { id, attempt: number }: { readonly id: string; readonly attempt: number | null },
): Promise<Result<{ readonly attempt: NumberedAttempt }>> {
  const attempt = await findNumberedAttempt(db, id, number);
  if (attempt !== null) return { ok: true, attempt };
  if ((await findJobView(db, id)) === null) return reject({ code: 'unknownJob', id });
  return reject({ code: 'unknownNumber', number });
}

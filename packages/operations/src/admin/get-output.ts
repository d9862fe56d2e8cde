import { findJobView, findOutput, type OutputRow } from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

/** Returns one output of a job. `isReplaced`: a later output of any job has the same path. */
export async function getOutput(
  { db }: DatabaseContext,
  query: { readonly id: string; readonly attempt: number; readonly number: number },
): Promise<Result<OutputRow & { readonly isReplaced: boolean }>> {
  const { id, attempt, number } = query;
  const found = await findOutput(db, { jobId: id, attempt, number });
  if (found !== null) return { ok: true, ...found };
  if ((await findJobView(db, id)) === null) return reject({ code: 'unknownJob', id });
  return reject({ code: 'noOutput', attempt, number });
}

/** Which secrets of a fake job stay with an edited copy of it, as the real port decides it. */
import { type Json, joinSecrets, keepSecrets, splitSecrets, writePath } from '@renderdeck/domain';
import { refuse } from '../src/index.ts';
import type { FakeJob } from './fake-farm.ts';

/** The edited job with the secrets that stay, and the places of those. Refuses a lost secret. */
export function joinKept(source: FakeJob, edited: Json) {
  const { shown, hidden, secrets } = splitSecrets(source.nexrenderJob, source.secretPaths);
  const areDeleted = source.secretsDeletedAt !== null;
  const { kept, lost, parts } = keepSecrets({ shown, hidden, areDeleted }, edited);
  if (lost.length > 0) {
    const fields = lost.map((path) => ({ field: writePath(path), message: 'It is hidden.' }));
    throw refuse('job_refused', undefined, { fields });
  }
  const isKept = new Set(kept.map(({ path }) => JSON.stringify(path)));
  const moved = parts.flatMap(({ from, to }) =>
    secrets
      .filter(({ path }) => from.every((step, at) => path[at] === step))
      .map(({ path, value }) => ({ path: [...to, ...path.slice(from.length)], value })),
  );
  const stay = moved.filter(({ path }) => isKept.has(JSON.stringify(path)));
  return { nexrenderJob: joinSecrets(edited, stay), paths: kept.map(({ path }) => path) };
}

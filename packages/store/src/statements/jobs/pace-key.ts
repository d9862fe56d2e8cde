import { type SQL, sql } from 'drizzle-orm';

/**
 * A key for what a definition renders: a hash of its template, composition and frames. The
 * definition contains no secrets, and nobody can read a source from the hash.
 */
export function paceKey(nexrenderJob: string): SQL {
  const template = `${nexrenderJob}->'template'`;
  const parts = ['src', 'composition', 'frameStart', 'frameEnd', 'incrementFrame'];
  return sql.raw(
    `md5(jsonb_build_array(${parts.map((part) => `${template}->'${part}'`).join(', ')})::text)`,
  );
}

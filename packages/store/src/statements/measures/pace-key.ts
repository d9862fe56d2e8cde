import { sql } from 'drizzle-orm';

/**
 * The key of what a definition `d` renders: a hash of its template, composition and frames. Its
 * secrets are not in the definition, and from a hash nobody reads a source.
 */
export const PACE_KEY = sql.raw(`md5(jsonb_build_array(
  d.nexrender_job->'template'->'src', d.nexrender_job->'template'->'composition',
  d.nexrender_job->'template'->'frameStart', d.nexrender_job->'template'->'frameEnd',
  d.nexrender_job->'template'->'incrementFrame')::text)`);

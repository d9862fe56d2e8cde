import { callOf, migrateSettings, readSettings, withOwner } from '@renderdeck/settings';

/**
 * What `migrate` reads from the environment, or else from the owner's file of settings; or a
 * sentence that says what to set.
 */
export function migrateConfig():
  | { ok: true; databaseUrl: string }
  | { ok: false; sentence: string } {
  const read = readSettings(migrateSettings, withOwner(process.env));
  if (!read.ok) return { ok: false, sentence: read.sentences.join(' ') };
  const databaseUrl = read.values.DATABASE_URL;
  if (databaseUrl === undefined) {
    return {
      ok: false,
      sentence:
        'DATABASE_URL is not set; set it to the database to migrate, ' +
        'e.g. postgres://user:password@host:5432/renderdeck. ' +
        `\`${callOf('ctl database create')}\` makes one.`,
    };
  }
  return { ok: true, databaseUrl };
}

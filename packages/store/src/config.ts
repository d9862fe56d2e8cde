/** What `migrate` needs from outside. */
export function migrateConfig():
  | { ok: true; databaseUrl: string }
  | { ok: false; sentence: string } {
  const databaseUrl = process.env.DATABASE_URL;
  if (databaseUrl === undefined || databaseUrl === '') {
    return {
      ok: false,
      sentence:
        'DATABASE_URL is not set; set it to the database to migrate, e.g. postgres://user:password@host:5432/renderdeck.',
    };
  }
  return { ok: true, databaseUrl };
}

import type { Sql } from '@renderdeck/testing/open-sql';

const WATCHED = [
  'jobs',
  'attempts',
  'job_definitions',
  'job_secrets',
  'job_changes',
  'submissions',
  'users',
  'sessions',
  'api_tokens',
] as const;

/** What the API itself keeps up to date, without an action: last uses, estimates, measures. */
const OWN = ['last_used_at', 'last_seen_at', 'expected_end_at', 'measured'];

/** Notes the transaction of every row that the user of the API changes from now on, but for OWN. */
export async function watchChanges(sql: Sql, apiUser: string) {
  await sql`CREATE TABLE seen_changes (xid xid8 NOT NULL, what text NOT NULL)`;
  const own = `array[${OWN.map((column) => `'${column}'`).join(', ')}]`;
  await sql.unsafe(`
    CREATE FUNCTION see_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF session_user = '${apiUser}'
        AND to_jsonb(old) - ${own} IS DISTINCT FROM to_jsonb(new) - ${own} THEN
        INSERT INTO public.seen_changes
        VALUES (pg_current_xact_id(), tg_op || ' ' || tg_table_name);
      END IF;
      RETURN NULL;
    END $$`);
  for (const table of WATCHED) {
    await sql`
      CREATE TRIGGER see_change AFTER INSERT OR UPDATE OR DELETE ON ${sql(table)}
      FOR EACH ROW EXECUTE FUNCTION see_change()`;
  }
  return {
    /** Changes in a transaction without an audit entry of a done action. */
    async withoutAction() {
      return await sql<{ what: string }[]>`
        SELECT what FROM seen_changes s
        WHERE NOT EXISTS (SELECT FROM audit_log a WHERE a.xid = s.xid AND a.outcome = 'done')
        LIMIT 10`;
    },
    /** How many audit entries refused actions left. */
    async refusals() {
      const [row] = await sql<
        { n: number }[]
      >`SELECT count(*)::int AS n FROM audit_log WHERE outcome = 'refused'`;
      return row?.n ?? 0;
    },
    /** How many actions of clients were done or were a noop, by their audit entries. */
    async actions() {
      const [row] = await sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM audit_log
        WHERE outcome <> 'refused' AND channel IN ('trpc', 'rest') AND action <> 'logout'`;
      return row?.n ?? 0;
    },
  };
}

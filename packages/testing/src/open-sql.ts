import postgres from 'postgres';

export type Sql = postgres.Sql;

/** A plain connection to look at rows with, beside everything of Renderdeck; the test ends it. */
export function openSql(url: string): Sql {
  return postgres(url, { max: 2, onnotice: () => {}, connection: { application_name: 'test' } });
}

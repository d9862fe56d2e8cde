import postgres from 'postgres';

export type Sql = postgres.Sql;

/** Opens connections that read and change rows without Renderdeck's code. The test ends them. */
export function openSql(url: string, max = 2): Sql {
  return postgres(url, { max, onnotice: () => {}, connection: { application_name: 'test' } });
}

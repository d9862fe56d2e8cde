import postgres from 'postgres';

export type Sql = postgres.Sql;

/**
 * Opens connections that read and change rows without Renderdeck's code. The test ends them.
 * `fetch_types: false` is for a database that may end a connection at any time: the driver handles
 * no error of the statement that reads the types of arrays.
 */
export function openSql(url: string, max = 2, options: { fetch_types?: boolean } = {}): Sql {
  return postgres(url, {
    ...options,
    ...{ max, onnotice: () => {}, connection: { application_name: 'test' } },
  });
}

import type { WireHost } from '../procedures/hosts/list-hosts.ts';

/** What the database login of this host reaches, for people. */
export function describeLogin({ databaseLogin }: Pick<WireHost, 'databaseLogin'>): string {
  return databaseLogin === null
    ? 'It shares its database login. Whoever has the password reads and changes the attempts and ' +
        'secrets of every host.'
    : `It has the database login ${databaseLogin} of its own, which reaches what this host holds ` +
        'and the jobs that wait.';
}

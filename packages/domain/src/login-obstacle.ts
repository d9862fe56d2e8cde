/** What the owner of the tables lacks to make or change the login of a host. */
export const LOGIN_OBSTACLES = ['createRole', 'adminOfHosts', 'adminOfLogin'] as const;
export type LoginObstacle = {
  readonly lacks: (typeof LOGIN_OBSTACLES)[number];
  /** The owner of the tables, in whose name logins are made. */
  readonly owner: string;
  /** The login that the name of the host has now. */
  readonly login: string | null;
};

/** Why no login can be made or changed, and the SQL that a superuser must run first. */
export function explainObstacle({ lacks, owner, login }: LoginObstacle): string {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const run = {
    createRole: `ALTER ROLE ${quoted(owner)} CREATEROLE;`,
    adminOfHosts: `GRANT renderdeck_host TO ${quoted(owner)} WITH ADMIN OPTION;`,
    adminOfLogin: `GRANT ${quoted(login ?? '')} TO ${quoted(owner)} WITH ADMIN OPTION;`,
  } as const satisfies Record<LoginObstacle['lacks'], string>;
  const what = lacks === 'adminOfLogin' ? `change the login ${login}` : 'make logins of hosts';
  return (
    `The database user ${owner}, who owns the tables, may not ${what}. ` +
    `Let a superuser run: ${run[lacks]} Or give the host a login with "ctl hosts add".`
  );
}

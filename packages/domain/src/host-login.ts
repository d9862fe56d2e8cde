/** The database login of a worker's connection. */
export type HostLogin = {
  readonly login: string;
  /**
   * True if the login belongs to one host and reaches only what that host holds; false if hosts
   * share it.
   */
  readonly isOwn: boolean;
  /** The host names bound to the login; empty if hosts share it. */
  readonly names: readonly string[];
};

/** Why a worker may not use this host name with its login, and what to do; null if it may. */
export function loginProblem(name: string, { login, isOwn, names }: HostLogin): string | null {
  if (!isOwn || names.includes(name)) return null;
  const its = names.length === 0 ? 'It has no name' : `Its names are ${names.join(', ')}`;
  return (
    `The database login ${login} may not use the host name ${name}. ${its}. Set ` +
    'RENDERDECK_WORKER_NAME or DATABASE_URL to match, or bind the name to a login with the SQL ' +
    'of "ctl hosts add".'
  );
}

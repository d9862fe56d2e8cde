/** The login of a host in its database. */
export type DatabaseLogin = {
  readonly login: string;
  readonly password: string;
  /** The path of the root certificate of the server; null: there is none. */
  readonly rootCertificate: string | null;
};

/**
 * Puts a login into a URL without one. The URL may name several servers, so it is no URL of WHATWG.
 */
export function databaseUrlOf(
  url: string,
  { login, password, rootCertificate }: DatabaseLogin,
): string {
  const user = `${encodeURIComponent(login)}:${encodeURIComponent(password)}@`;
  const withLogin = url.replace(/^(postgres(?:ql)?:\/\/)/, (start) => `${start}${user}`);
  if (rootCertificate === null) return withLogin;
  const mark = withLogin.includes('?') ? '&' : '?';
  return `${withLogin}${mark}sslrootcert=${encodeURIComponent(rootCertificate)}`;
}

import type { AdminPort } from '@renderdeck/contract/router';

/** The same port, but who is known is forgotten before the answer to an act that may end a session or token: this server waits for no wake. */
export function invalidateAuthCache(port: AdminPort, forget: () => void): AdminPort {
  const then = <Args extends readonly unknown[], Result>(
    act: (...args: Args) => Promise<Result>,
  ) => {
    return async (...args: Args): Promise<Result> => {
      const result = await act(...args);
      forget();
      return result;
    };
  };
  return {
    ...port,
    logout: then(port.logout),
    updateUser: then(port.updateUser),
    revokeToken: then(port.revokeToken),
    revokeSession: then(port.revokeSession),
  };
}

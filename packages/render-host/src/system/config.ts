/** The environment of the daemon at its start. */
export function readEnvironment(): Record<string, string | undefined> {
  return process.env;
}

/** The environment the daemon was started with. */
export function readEnvironment(): Record<string, string | undefined> {
  return process.env;
}

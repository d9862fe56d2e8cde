/** The names of the programs whose connections are counted (read-database-size.ts). */
export const API_PROGRAM = 'renderdeck api';
export const workerProgram = (host: string) => `renderdeck worker ${host}`;

/** PostgreSQL keeps so many ASCII characters of an application name. */
const LONGEST = 63;

/**
 * The application name of a connection: its program, and what the connection is for. The name of a
 * program is cut if it is too long, for example because its host has a long name.
 */
export function connectionName(program: string, purpose: string): string {
  const end = `: ${purpose}`;
  return program.replace(/[^ -~]/g, '?').slice(0, LONGEST - end.length) + end;
}

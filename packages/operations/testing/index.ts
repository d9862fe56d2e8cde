/**
 * Fixtures for tests on a farm's database, valid by construction: every fixture is made through the
 * operations that make it in production. Tests of operations and of apps import this entry.
 *
 * Read farm.ts first: `farm.trace(act)` runs an act and gives all that it left behind.
 */
export { expectAudit } from './expect-audit.ts';
export { expectDone } from './expect-done.ts';
export { aFarm } from './farm.ts';
export { HOST_FACTS, WELL } from './hosts.ts';
export * from './jobs.ts';
export { recordStatements } from './record-statements.ts';
export { REMOVAL, reports, STOP } from './reports.ts';
export { aRequestContext, within } from './request-context.ts';

export { aSession, aUser, PASSWORD } from './users.ts';

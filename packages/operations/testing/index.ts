/**
 * Fixtures for tests on a farm's database. Every fixture is made with the operations that make it
 * in production, so it is always valid. Tests of operations and of apps import this entry.
 *
 * Read farm.ts first: `farm.trace(action)` runs an action and returns its result, audit lines,
 * changes and notifications.
 */

export { NOTHING_OUT } from '../src/worker/new-claim.ts';
export { actsOn } from './acts.ts';
export { expectAudit, NO_TRACE } from './expect-audit.ts';
export { expectDone } from './expect-done.ts';
export { aFarm } from './farm.ts';
export { startWork } from './farm-at-work.ts';
export * from './hosts.ts';
export { newIncarnation } from './incarnations.ts';
export * from './jobs.ts';
export { asking, FILM, publishedBy } from './publishing.ts';
export { BEGIN, recordStatements } from './record-statements.ts';
export { recoverExpired } from './recover-expired.ts';
export { REMOVAL, reports, STOP } from './reports.ts';
export * from './reports-of-attempts.ts';
export { aRequestContext, aSystemContext, within } from './request-context.ts';
export { aSession, aUser, PASSWORD } from './users.ts';
export * from './whole-list.ts';

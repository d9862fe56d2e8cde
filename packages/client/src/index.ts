/*
 * The typed client of a Renderdeck API, for programs on Node 20 and newer. Queries and mutations go
 * over HTTP, subscriptions over one WebSocket that reconnects and resumes. The client signs in with
 * a token, with a name and password, or with the cookie of a session that is already open.
 *
 * Imports only the type of the router, no server code. Two entries also work in a browser:
 * ./problem (why the API refused) and ./reconnect (when a lost WebSocket is tried again).
 *
 * `build:client` makes of this entry the package for programs outside the repository: one file of
 * code, and types that import nothing (build/build-client.ts).
 *
 * Read first: create-client.ts, problem.ts, then follow-stream.ts.
 */
export { callFailureOf, mayBeDone } from './call-failure.ts';
export { type Api, type Client, type ClientOptions, createClient } from './create-client.ts';
export { followJobs } from './follow-jobs.ts';
export { followAttemptLog, followLog, nextAttempt } from './follow-log.ts';
export { problemOf } from './problem.ts';
export { type JobEvent, untilEnded, untilJob } from './until-job.ts';

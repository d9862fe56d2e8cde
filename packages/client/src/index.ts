/*
 * The typed client of a Renderdeck API, for programs on Node 20 and newer: queries and mutations
 * over HTTP, subscriptions over one WebSocket that reconnects and resumes. It signs in with a
 * token, with a name and password, or with the cookie of a session that is open already.
 *
 * Imports the router's type only, no server code. Two entries work in a browser too:
 * ./problem (what the API refused) and ./reconnect (when a lost WebSocket is tried again).
 *
 * Read first: create-client.ts, then problem.ts.
 */
export { callFailureOf, mayBeDone } from './call-failure.ts';
export { type Api, type Client, createClient } from './create-client.ts';
export { problemOf } from './problem.ts';

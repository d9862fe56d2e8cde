/*
 * The typed client of a Renderdeck API, for programs on Node 20 and newer. Queries and mutations go
 * over HTTP, subscriptions over one WebSocket that reconnects and resumes. The client signs in with
 * a token, with a name and password, or with the cookie of a session that is already open.
 *
 * Imports only the type of the router, no server code. Two entries also work in a browser:
 * ./problem (why the API refused) and ./reconnect (when a lost WebSocket is tried again).
 *
 * Read first: create-client.ts, then problem.ts.
 */
export { callFailureOf, mayBeDone } from './call-failure.ts';
export { type Api, type Client, createClient } from './create-client.ts';
export { problemOf } from './problem.ts';

/*
 * HTTP for callers that do not speak tRPC: routes under /api over the same procedures, so that access, validation, audit and errors are
 * decided in one place. Imports the contract and Fastify; knows no database.
 *
 * Read first: routes.ts (every route with its exact answer), problem.ts (the one shape of an error), events.ts (live changes over a
 * WebSocket), rest-adapter.ts (how they hang together), nexrender-v1/routes.ts (nexrender-server's own API,
 * where it is switched on).
 */
export { sendError, sendNotFound, sendProblem } from './problem.ts';
export { type RestOptions, restAdapter } from './rest-adapter.ts';

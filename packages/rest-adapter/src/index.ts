/*
 * HTTP for callers that do not use tRPC: routes under /api that call the same procedures, so
 * access, validation, audit and errors are decided in one place. Imports the contract and Fastify,
 * and no database.
 *
 * Read first: routes/ (every route with its exact answer), problem.ts (the one shape of an error),
 * events.ts (live changes over a WebSocket), rest-adapter.ts (how these parts are joined),
 * nexrender-v1/routes.ts (nexrender-server's own API, off by default).
 */
export { NEXRENDER_ROUTES } from './nexrender-v1/route-table.ts';
export { sendError, sendNotFound } from './problem.ts';
export { restAdapter } from './rest-adapter.ts';

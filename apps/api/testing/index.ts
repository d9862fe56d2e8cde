/** How tests of other folders start the API: in their own process, or as a program. */
export { buildServer } from '../src/build-server.ts';
export { startApi } from './start-api.ts';

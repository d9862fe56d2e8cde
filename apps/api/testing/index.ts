/**
 * How tests of this and other folders get an API: a farm in their own process, which open-farm.ts
 * describes, or the API as a program.
 */
export { buildServer } from '../src/build-server.ts';
export { NEXRENDER_JOB, openFarm, PASSWORD, type TestApi, type TestFarm } from './open-farm.ts';
export { startApi } from './start-api.ts';

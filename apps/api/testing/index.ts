/**
 * How tests of this and other folders get an API: a farm in their own process, which open-farm.ts
 * describes, or the API as a program.
 */
export { buildServer } from '../src/build-server.ts';
export { openStore } from '../src/connections.ts';
export { openFarm, PASSWORD, type TestFarm } from './open-farm.ts';
export { type ApiProgram, startApi } from './start-api.ts';

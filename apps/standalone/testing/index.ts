/** What browser tests need to open a whole farm in their own process. */
export { buildPage } from '../src/build-page.ts';
export { startFarm } from '../src/farm.ts';
export { DEMO, submitSample } from '../src/samples.ts';
export { submitRender } from './submit-render.ts';

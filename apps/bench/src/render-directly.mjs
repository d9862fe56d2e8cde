// @ts-check
/*
 * Runs one job by @nexrender/core as its own command line does, clean-up included:
 * `node render-directly.mjs '{"job", "workPath", "aerender"}'`.
 */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.resolve('@renderdeck/render-host'));
const { init, render } = load('@nexrender/core');
// Its own search fails on a system that its table does not name, even where a path is given.
load('@nexrender/core/src/helpers/autofind').defaultPaths.linux ??= [];
const { job, workPath, aerender } = JSON.parse(process.argv[2] ?? '');
const quiet = () => {};
const settings = init({
  workpath: workPath,
  binary: aerender,
  actions: { '@nexrender/action-copy': load('@nexrender/action-copy') },
  logger: { log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet },
  noAnalytics: true,
  stopOnError: true,
});
await render({ ...job, uid: `alone-${process.pid}` }, settings);

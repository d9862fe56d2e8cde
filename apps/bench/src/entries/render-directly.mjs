// @ts-check
/*
 * Runs one job with @nexrender/core as nexrender's command line does, with the clean-up:
 * `node render-directly.mjs '{"job", "workPath", "aerender"}'`.
 */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.resolve('@renderdeck/render-host'));
const { init, render } = load('@nexrender/core');
// nexrender searches for aerender even if a path is given, and fails on an unknown system.
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

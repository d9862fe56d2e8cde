/*
 * A program that behaves like aerender, for machines without After Effects: the same arguments, the
 * same output lines, a child process that does the work, a playable output file. It misbehaves on
 * request. For the demo and for tests; wherever it shows, it names itself a stand-in.
 *
 * The program is plain JavaScript that imports only Node, because it runs inside render trees,
 * where a compiler would add processes. Read first: aerender.mjs, then read-options.mjs
 * (arguments, project file, environment, misbehaviours), then after-fx.mjs.
 */
export { installStandIn } from './install-stand-in.ts';
export {
  type Misbehaviour,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from './sample-job.ts';

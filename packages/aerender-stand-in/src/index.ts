/*
 * A program that behaves like aerender, for machines without After Effects: it takes the same
 * arguments, prints the same lines, lets a child process do the work and writes a playable output
 * file. On request it misbehaves. The demo and the tests use it. It calls itself a stand-in in
 * every text that a person sees.
 *
 * The program is plain JavaScript that imports only Node, because it runs inside render trees,
 * where a compiler would add processes. Read aerender.mjs first, then read-options.mjs (arguments,
 * project file, environment, misbehaviours), then after-fx.mjs.
 */
export { installStandIn } from './install-stand-in.ts';
export {
  type Misbehaviour,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from './sample-job.ts';

/**
 * aerender-stand-in: a program that behaves like aerender, for machines without After Effects: the same arguments, the same output
 * lines, a child process that does the work, a playable output file. It misbehaves on request. For the demo and for tests; it names
 * itself a stand-in wherever it shows.
 *
 * The program is plain JavaScript, because it runs inside render trees, where a compiler would add processes of its own. It imports
 * only Node. Read aerender.mjs first, then read-options.mjs (arguments, project file, environment, misbehaviours), then after-fx.mjs.
 */
export { installStandIn } from './install-stand-in.ts';
export {
  type Misbehaviour,
  type SampleProject,
  sampleJob,
  writeSampleFiles,
} from './sample-job.ts';

/**
 * Makes one file of plain JavaScript from a program of this repository. From its source files, a
 * program uses 1 to 2.5 s of CPU at each start to load its modules; from one file, 0.3 s. The
 * standalone farm and the tests start programs in this way.
 *
 * May import: node, esbuild.
 */
export { BUNDLE, bundleProgram } from './bundle-program.ts';

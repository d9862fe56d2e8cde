/**
 * One file of plain JavaScript out of a program of this repository. From source, a program spends
 * 1 to 2.5 s of CPU at each start to load its modules; from one file, 0.3 s. The standalone farm
 * and the tests start programs so.
 *
 * May import: node, esbuild.
 */
export { BUNDLE, bundleProgram } from './bundle-program.ts';

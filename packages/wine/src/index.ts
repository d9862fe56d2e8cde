/**
 * Windows for tests, by Wine: real Windows programs, a real node.exe and koffi, on Linux.
 *
 * 1. `global-setup.ts` prepares it once per run: node.exe, koffi and an empty Windows.
 * 2. `describeOnWindows` gives a test file a Windows machine of its own: no other test is in its
 *    process table, on its disk or in its registry.
 * 3. `wine.runCases` runs a file of `node:test` cases in it, and `checkCases` makes them tests.
 *
 * What Wine cannot tell is in docs/hosts/windows.md. Read open-wine.ts first.
 */
export { compileNative, installNativeStandIn } from './compile-native.ts';
export { describeOnWindows } from './describe-on-windows.ts';
export { openWine } from './open-wine.ts';
export { checkCases } from './run-cases.ts';
export type { Wine, WineProcess } from './wine.ts';

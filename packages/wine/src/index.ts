/**
 * Windows for tests, by Wine: real Windows programs, a real node.exe and koffi, on Linux.
 *
 * 1. `global-setup.ts` prepares Windows once per run: node.exe, koffi and an empty Windows.
 * 2. `describeOnWindows` gives a test file a Windows machine of its own. No other test has a
 *    process in its process table, or a file on its disk, or a value in its registry.
 * 3. `wine.runCases` runs a file of `node:test` cases on it. `checkCases` makes each case a test.
 *
 * docs/hosts/windows.md lists what Wine cannot show. Read open-wine.ts first.
 */
export { compileNative, installNativeStandIn } from './compile-native.ts';
export { describeOnWindows } from './describe-on-windows.ts';
export { openWine } from './open-wine.ts';
export { checkCases } from './run-cases.ts';
export type { Wine, WineProcess } from './wine.ts';

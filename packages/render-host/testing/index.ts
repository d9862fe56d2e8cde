/** For tests of other folders: checks of processes that do not use the tested code. */

export { parseStat } from '../src/process/snapshot/linux.ts';
export { readProcFile } from '../src/process/snapshot/read-proc-file.ts';
export { readEntry } from '../src/scratch/host-journal.ts';
export { HOSTILE_PROGRAMS } from '../src/self-test/hostile-programs.ts';
export { exchangePaths } from './exchange-paths.ts';
export { openFrozenFolder } from './frozen-folder.ts';
export { canMount, whyNoNamespaces } from './in-namespaces.ts';
export { openMemoryGroup, whyNoMemoryGroup } from './memory-group.ts';
export { findOtherUser } from './other-user.ts';
export { referenceScanOfFile } from './reference-scan.ts';
export { startUnrelatedProcess } from './start-unrelated-process.ts';

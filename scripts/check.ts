/**
 * `node --import tsx scripts/check.ts NAME` runs one of our own checks. It fails with what it
 * found.
 */
import { checkCommitSubjects } from './checks/commit-subjects.ts';
import { checkDependencies } from './checks/dependencies.ts';
import { checkLibraryInsides } from './checks/library-insides.ts';
import { checkLineWidth } from './checks/line-width.ts';
import { checkSizes } from './checks/sizes.ts';

const CHECKS: Record<string, () => Promise<string[]>> = {
  'line-width': checkLineWidth,
  sizes: checkSizes,
  'commit-subjects': checkCommitSubjects,
  dependencies: checkDependencies,
  'library-insides': checkLibraryInsides,
};

const check = CHECKS[process.argv[2] ?? ''];
if (check === undefined) {
  console.error(`Name a check: ${Object.keys(CHECKS).join(', ')}.`);
  process.exitCode = 2;
} else {
  const found = await check();
  for (const line of found) console.log(line);
  if (found.length > 0) process.exitCode = 1;
}

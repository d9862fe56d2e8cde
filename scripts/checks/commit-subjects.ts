import { execa } from 'execa';
import { TOP } from '../tracked-files.ts';

const MAX_SUBJECT = 72;

/** The last commit before the rule for subjects began. */
const BASE = 'a2cf5ba81d7f7b3977f13b8f4727fbc24ffe175b';
const SUBJECT = /^[a-z][\w/.-]*(, [a-z][\w/.-]*)*: [a-z`]\S* \S.*$/;

/**
 * Checks the commits after the base. A shallow clone without the base has only newer commits.
 * Without git, or in another history, there is nothing to check.
 */
export async function checkCommitSubjects(folder = TOP, base = BASE): Promise<string[]> {
  const git = (...args: string[]) => execa('git', args, { cwd: folder, reject: false });
  const hasBase = (await git('cat-file', '-e', `${base}^{commit}`)).exitCode === 0;
  const isShallow = (await git('rev-parse', '--is-shallow-repository')).stdout === 'true';
  if (!hasBase && !isShallow) return [];
  const range = hasBase ? `${base}..HEAD` : 'HEAD';
  const { stdout } = await git('log', '--no-merges', '--format=%h %s', range);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const space = line.indexOf(' ');
      const problem = findSubjectProblem(line.slice(space + 1));
      return problem === null ? [] : [`${line.slice(0, space)} ${problem}`];
    });
}

/** Returns what is wrong with the subject of a commit, or null. */
export function findSubjectProblem(subject: string): string | null {
  // A shallow clone does not know the parents of its oldest commit, so they cannot show a merge.
  if (subject.startsWith('Merge ')) return null;
  const length = [...subject].length;
  if (length > MAX_SUBJECT) return `has ${length} characters: ${subject}`;
  return SUBJECT.test(subject) ? null : `is not of the form "area: verb object": ${subject}`;
}

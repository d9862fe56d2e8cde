import { execa } from 'execa';
import { TOP } from '../tracked-files.ts';

const MAX_SUBJECT = 72;

/** The last commit before this rule. */
const BASE = 'a2cf5ba81d7f7b3977f13b8f4727fbc24ffe175b';
const SUBJECT = /^[a-z][\w/.-]*(, [a-z][\w/.-]*)*: [a-z`]\S* \S.*$/;

/**
 * Reads the commits after the base. A shallow clone without the base holds only newer ones.
 * Without git, or in a history of its own, there is nothing to read.
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

/** What is wrong with a commit's subject, or null. */
export function findSubjectProblem(subject: string): string | null {
  // The newest commit of a shallow clone has no parents that would show that it is a merge.
  if (subject.startsWith('Merge ')) return null;
  const length = [...subject].length;
  if (length > MAX_SUBJECT) return `has ${length} characters: ${subject}`;
  return SUBJECT.test(subject) ? null : `is not of the form "area: verb object": ${subject}`;
}

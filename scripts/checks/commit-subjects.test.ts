import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkCommitSubjects, findSubjectProblem } from './commit-subjects.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder('commits');
  await git('init', '--quiet');
});
afterEach(() => folder.remove());

it.each([
  'api: split live changes into poller and streams',
  'ctl, standalone: print in plain words',
  'local-postgres: let any number of starts share copied programs',
  'render-host/scratch: delete `trash` first',
  'Merge branch \'main\' into "other"',
])('%s is a valid subject', (subject) => {
  expect(findSubjectProblem(subject)).toBeNull();
});

it.each([
  'Split live changes',
  'Api: split live changes',
  'api : split live changes',
  'api:split live changes',
  'api: Split live changes',
  'api: split',
])('%s does not have the form of a subject', (subject) => {
  expect(findSubjectProblem(subject)).toBe(`is not of the form "area: verb object": ${subject}`);
});

it('a subject has at most 72 characters', () => {
  expect(findSubjectProblem(`api: split ${'x'.repeat(61)}`)).toBeNull();
  expect(findSubjectProblem(`api: split ${'x'.repeat(62)}`)).toMatch(/^has 73 characters: /);
});

it('commits after the base are checked, the base and older commits are not', async () => {
  await commit('Written before the rule');
  const base = await commit('Written just before the rule');
  const wrong = await commit('Written after the rule');
  await commit('api: split live changes');
  expect(await checkCommitSubjects(folder.path, base)).toEqual([
    expect.stringMatching(new RegExp(`^${wrong.slice(0, 7)}\\w* is not of the form`)),
  ]);
});

it('all commits of a shallow clone without the base are checked', async () => {
  const base = await commit('Written before the rule');
  await commit('Written after the rule');
  const clone = `${folder.path}/clone`;
  await git('clone', '--quiet', '--depth=1', pathToFileURL(folder.path).href, clone);
  expect(await checkCommitSubjects(clone, base)).toHaveLength(1);
});

it('without git, or in another history, no commit is checked', async () => {
  await commit('Written elsewhere');
  expect(await checkCommitSubjects(folder.path, 'a'.repeat(40))).toEqual([]);
  expect(await checkCommitSubjects('/', 'a'.repeat(40))).toEqual([]);
});

async function commit(subject: string): Promise<string> {
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  await git(...author, 'commit', '--quiet', '--allow-empty', '--message', subject);
  return (await git('rev-parse', 'HEAD')).stdout;
}

function git(...args: string[]) {
  return execa('git', args, { cwd: folder.path });
}

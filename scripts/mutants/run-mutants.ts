/** Runs in the copy that mutants.ts makes, with the arguments that it gives. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { createVitest, type TestModule, type TestSpecification } from 'vitest/node';

/** What stands in the results: one line for each mutant and level. */
export type Result = {
  readonly number: number;
  readonly level: string;
  /** How many test files of the level reach the mutant, and how many of them ran. */
  readonly reached: number;
  readonly ran: number;
  readonly caughtBy: readonly string[];
};

const [mutants = '[]', levelsGiven = '', results = '', reachedFile = ''] = process.argv.slice(2);
const numbers: number[] = JSON.parse(mutants);
const levels: [level: string, projects: string[]][] = JSON.parse(levelsGiven);
/** The cheapest test files run first, in groups that take about so long. */
const GROUP_MS = 15_000;
const LIMIT_MS = 90_000;
/** This level takes minutes for a mutant. It runs where no cheaper one catches it. */
const DEAR = 'farm';

const vitest = await createVitest('test', {
  config: 'vitest.workspace.ts',
  watch: false,
  reporters: [{}],
  maxWorkers: 4,
});
const chosen = levels.flatMap(([, projects]) => projects);
const all = (await vitest.globTestSpecifications()).filter(({ project }) =>
  chosen.includes(project.name),
);
const nameOf = ({ moduleId }: { readonly moduleId: string }) => relative(process.cwd(), moduleId);

process.env.MUTATION_REACHED = reachedFile;
writeFileSync(reachedFile, '', { mode: 0o666 });
const first = await vitest.runTestSpecifications(all);
process.env.MUTATION_REACHED = '';
const costs = new Map(first.testModules.map((one) => [nameOf(one), costOf(one)]));
const failing = first.testModules.filter((one) => !one.ok()).map(nameOf);
console.log(`Without a mutant, these fail and are left out: ${failing.join(', ') || 'none'}`);
const reached = new Map<number, Set<string>>();
for (const line of readFileSync(reachedFile, 'utf8').split('\n')) {
  const [file = '', number] = line.split('\t');
  const files = reached.get(Number(number)) ?? new Set();
  reached.set(Number(number), files.add(relative(process.cwd(), file)));
}

for (const number of numbers) {
  let isCaught = false;
  for (const [level, projects] of levels) {
    if (isCaught && level === DEAR) continue;
    const specs = all
      .filter((one) => projects.includes(one.project.name) && !failing.includes(nameOf(one)))
      .filter((one) => reached.get(number)?.has(nameOf(one)))
      .toSorted((a, b) => costIn(a) - costIn(b));
    process.env.MUTATION_ACTIVE = String(number);
    const { ran, caughtBy } = await runUntilCaught(specs, isCaught);
    const result: Result = { number, level, reached: specs.length, ran, caughtBy };
    appendFileSync(results, `${JSON.stringify(result)}\n`);
    isCaught ||= caughtBy.length > 0;
  }
}
await vitest.close();

/** `once`: only the first group runs, because a cheaper level catches the mutant. */
async function runUntilCaught(specs: readonly TestSpecification[], once: boolean) {
  let ran = 0;
  while (ran < specs.length) {
    let group = 1;
    let cost = costIn(specs[ran]);
    while (ran + group < specs.length && cost + costIn(specs[ran + group]) < GROUP_MS) {
      cost += costIn(specs[ran + group]);
      group += 1;
    }
    const caughtBy = await run(specs.slice(ran, ran + group), LIMIT_MS + 4 * cost);
    ran += group;
    if (caughtBy.length > 0 || once) return { ran, caughtBy };
  }
  return { ran, caughtBy: [] };
}

/** Runs test files and returns those that failed. A worker that does not end is killed. */
async function run(specs: readonly TestSpecification[], limitMs: number): Promise<string[]> {
  const timer = setInterval(killWorkers, limitMs);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([...specs]);
  clearInterval(timer);
  // Vitest also tells of the runs before.
  const names = specs.map(nameOf);
  const own = testModules.filter((one) => names.includes(nameOf(one)));
  const failed = own.filter((one) => !one.ok()).map(nameOf);
  const isMissing = own.length < specs.length || unhandledErrors.length > 0;
  return failed.length === 0 && isMissing ? ['an error outside of the tests'] : failed;
}

async function killWorkers(): Promise<void> {
  for (const pid of (await readdir('/proc')).map(Number).filter(Boolean)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (status.includes(`\nPPid:\t${process.pid}\n`) && command.includes('vitest'))
      process.kill(pid, 'SIGKILL');
  }
}

function costOf(module: TestModule): number {
  const { duration, collectDuration, setupDuration } = module.diagnostic();
  return duration + collectDuration + setupDuration;
}

function costIn(spec: TestSpecification | undefined): number {
  return spec === undefined ? 0 : (costs.get(nameOf(spec)) ?? 0);
}

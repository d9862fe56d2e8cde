/*
 * Asks the registry for known vulnerabilities of the packages, and checks its signatures. If the
 * registry does not answer, the packages are not at fault: the result says that nothing was
 * checked.
 */
import { execa } from 'execa';
import { z } from 'zod';
import { TOP } from '../tracked-files.ts';
import { runPnpm } from './list-packages.ts';

/** `found`: what must be fixed. `notChecked`: what could not be checked, and why. */
export type AuditResult = {
  readonly found: readonly string[];
  readonly notChecked: readonly string[];
};

const advisories = z.object({
  advisories: z.record(
    z.string(),
    z.object({ module_name: z.string(), severity: z.string(), title: z.string(), url: z.string() }),
  ),
});
const refusal = z.object({ error: z.object({ message: z.string() }) });
type Answer = { readonly exitCode: number | undefined; stdout: string; stderr: string };

/** Finds the known vulnerabilities of the packages that reach a production host. */
export async function auditVulnerabilities(): Promise<AuditResult> {
  return readVulnerabilities(await runPnpm(['audit', '--prod', '--json']));
}

/** High and critical vulnerabilities must be fixed. The others are only reported. */
export function readVulnerabilities({ stdout, stderr }: Answer): AuditResult {
  const answer = parseJson(stdout);
  const read = advisories.safeParse(answer);
  if (!read.success) {
    const why = refusal.safeParse(answer).data?.error.message ?? stderr;
    return notChecked('The registry did not list known vulnerabilities', why);
  }
  const reported = Object.values(read.data.advisories).map(
    ({ module_name, severity, title, url }) => `${module_name} (${severity}): ${title}, ${url}`,
  );
  const isSevere = (line: string) => /\((high|critical)\)/.test(line);
  return {
    found: reported.filter(isSevere),
    notChecked: reported.filter((line) => !isSevere(line)).map((line) => `Not severe: ${line}`),
  };
}

/** Finds packages that differ from what the registry has signed. */
export async function auditSignatures(): Promise<AuditResult> {
  const { exitCode, stdout, stderr } = await execa(
    'npm',
    ['audit', 'signatures', '--fetch-retries=0'],
    {
      cwd: TOP,
      reject: false,
      timeout: 120_000,
    },
  );
  return readSignatures({ exitCode, stdout, stderr });
}

export function readSignatures({ exitCode, stdout, stderr }: Answer): AuditResult {
  const all = `${stdout}\n${stderr}`;
  if (/\binvalid (?:registry signature|attestation)/i.test(all))
    return { found: [all.trim()], notChecked: [] };
  return exitCode === 0
    ? { found: [], notChecked: [] }
    : notChecked('The signatures of the registry could not be checked', all);
}

function notChecked(what: string, answer: string): AuditResult {
  const [first = 'no answer'] = answer
    .split('\n')
    .map((line) => line.replace(/https?:\S+/g, 'the registry').trim())
    .filter((line) => line !== '');
  return { found: [], notChecked: [`${what}: ${first.slice(0, 200)}`] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

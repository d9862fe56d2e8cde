import { auditSignatures, auditVulnerabilities } from '../dependencies/audit.ts';
import { findLicenceProblems } from '../dependencies/licences.ts';
import { listPackages } from '../dependencies/list-packages.ts';

/**
 * Checks the licences of all packages and, if the registry answers, known vulnerabilities and the
 * registry's signatures.
 */
export async function checkDependencies(): Promise<string[]> {
  const [packages, ...audits] = await Promise.all([
    listPackages({ production: false }),
    auditVulnerabilities(),
    auditSignatures(),
  ]);
  for (const note of audits.flatMap(({ notChecked }) => notChecked)) console.log(`Note: ${note}`);
  return [...findLicenceProblems(packages), ...audits.flatMap(({ found }) => found)];
}

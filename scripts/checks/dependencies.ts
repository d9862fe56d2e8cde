import { auditFaults, auditSignatures } from '../dependencies/audit.ts';
import { findLicenceProblems } from '../dependencies/licences.ts';
import { listPackages } from '../dependencies/list-packages.ts';

/** Licences of all packages, and where the registry answers, known faults and its signatures. */
export async function checkDependencies(): Promise<string[]> {
  const [packages, ...audits] = await Promise.all([
    listPackages({ production: false }),
    auditFaults(),
    auditSignatures(),
  ]);
  for (const note of audits.flatMap(({ notChecked }) => notChecked)) console.log(`Note: ${note}`);
  return [...findLicenceProblems(packages), ...audits.flatMap(({ found }) => found)];
}

import type { Dependency } from './list-packages.ts';

/** Licences that allow a copy in a product under the MIT licence. */
const SHIPPED = [
  ...['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0'],
  ...['BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'Python-2.0', 'PostgreSQL', 'CC-BY-4.0'],
];
/** Licences that allow this only for unchanged files, which keep their licence. */
const UNCHANGED = ['MPL-2.0', 'LGPL-3.0-or-later'];

/** Returns a sentence for each package whose licence is not in these lists. */
export function findLicenceProblems(packages: readonly Dependency[]): string[] {
  return packages
    .filter(({ licence }) => !isAllowed(licence))
    .map(
      ({ name, version, licence }) =>
        `${name}@${version} has the licence ${licence}, which scripts/dependencies/licences.ts ` +
        'does not allow.',
    );
}

/** For `A OR B` one allowed licence is enough. For `A AND B` both must be allowed. */
function isAllowed(expression: string): boolean {
  const inner = expression.trim().replace(/^\((.*)\)$/, '$1');
  return inner
    .split(/ OR /i)
    .some((one) =>
      one.split(/ AND /i).every((name) => [...SHIPPED, ...UNCHANGED].includes(name.trim())),
    );
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type PackageInfo = {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly licence: string;
  /** The texts of the package's licence files. */
  readonly texts: readonly string[];
};

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[-.][^/]*)?$/i;

export function isLicence(path: string): boolean {
  return LICENCE_FILE.test(path);
}

/** Reads the package in this folder. Throws when nothing names its licence. */
export async function readPackage(folder: string): Promise<PackageInfo> {
  const {
    name,
    version,
    license,
    licenses,
    dependencies = {},
  } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const found = (await readdir(folder)).filter(isLicence).sort();
  const texts = await Promise.all(found.map((file) => readFile(join(folder, file), 'utf8')));
  // npm's older form is a list of objects.
  const older = Array.isArray(licenses) ? licenses[0]?.type : licenses;
  const licence =
    license ?? older ?? /^(?:the )?(MIT|ISC) licen[cs]e/im.exec(texts.join('\n'))?.[1];
  if (typeof licence !== 'string')
    throw new Error(`${name}@${version} does not say which licence it has: ${folder}.`);
  return { name, version, dependencies: Object.keys(dependencies), licence, texts };
}

/** The licences of all packages in the folder, as one text. */
export function writeLicences(packages: readonly PackageInfo[]): string {
  const byName = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  const sorted = [...byName].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted
    .map(([name, { licence, texts }]) => {
      const text = texts.map((one) => one.replaceAll('\r\n', '\n').trim()).join('\n\n');
      return `${name}\nLicence: ${licence}\n\n${text}`.trim();
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`)
    .concat('\n');
}

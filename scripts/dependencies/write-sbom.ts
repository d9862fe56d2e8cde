/*
 * Lists the packages that reach production as CycloneDX 1.6, in `sbom.cdx.json`. The bytes depend
 * only on the lockfile.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { TOP } from '../tracked-files.ts';
import { type Dependency, listPackages } from './list-packages.ts';

const { Bom, Component, HashDictionary, LicenseExpression, LicenseRepository, NamedLicense } =
  Models;

/** Writes the list to `sbom.cdx.json` beside `package.json`, or to `file`. */
export async function writeSbom(file = join(TOP, 'sbom.cdx.json')): Promise<void> {
  const { name, version } = JSON.parse(await readFile(join(TOP, 'package.json'), 'utf8'));
  await writeFile(file, makeSbom({ name, version }, await listPackages({ production: true })));
}

/** Returns the text of the list for this product. */
export function makeSbom(
  { name, version }: { name: string; version: string },
  packages: readonly Dependency[],
): string {
  const bom = new Bom();
  bom.metadata.component = new Component(Enums.ComponentType.Application, name, {
    version,
    bomRef: `${name}@${version}`,
  });
  for (const one of packages) bom.components.add(describe(one));
  const serializer = new Serialize.JsonSerializer(
    new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
  );
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function describe({ name: whole, version, licence, integrity }: Dependency) {
  const [group, name = whole] = whole.startsWith('@') ? whole.split('/') : [undefined, whole];
  const isExpression = /^[\w.+-]+$|\b(OR|AND)\b/.test(licence);
  return new Component(Enums.ComponentType.Library, name, {
    ...(group === undefined ? {} : { group }),
    version,
    bomRef: `${whole}@${version}`,
    purl: `pkg:npm/${whole.replace('@', '%40')}@${version}`,
    licenses: new LicenseRepository([
      isExpression ? new LicenseExpression(licence) : new NamedLicense(licence),
    ]),
    hashes: new HashDictionary(hashesOf(integrity)),
  });
}

/** npm writes a digest in base64, CycloneDX in hexadecimal. */
function hashesOf(integrity: string | null): [Enums.HashAlgorithm, string][] {
  const [algorithm, digest = ''] = integrity?.split('-', 2) ?? [];
  return algorithm === 'sha512'
    ? [[Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex')]]
    : [];
}

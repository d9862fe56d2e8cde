import { expect, it } from 'vitest';
import { readSignatures, readVulnerabilities } from '../dependencies/audit.ts';
import { findLicenceProblems } from '../dependencies/licences.ts';
import { listPackages } from '../dependencies/list-packages.ts';
import { makeSbom } from '../dependencies/write-sbom.ts';

const one = (licence: string) => ({ name: 'a', version: '1.0.0', licence, integrity: null });

it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT', 'MPL-2.0'])(
  'a package with the licence %s is allowed',
  (licence) => {
    expect(findLicenceProblems([one(licence)])).toEqual([]);
  },
);

it.each(['GPL-3.0', 'MIT AND GPL-2.0-only', 'Unknown', 'SEE LICENSE IN eula.txt', 'UNLICENSED'])(
  'a package with the licence %s is reported',
  (licence) => {
    expect(findLicenceProblems([one(licence)])).toEqual([
      `a@1.0.0 has the licence ${licence}, which scripts/dependencies/licences.ts does not allow.`,
    ]);
  },
);

it('severe vulnerabilities fail the check, others are notes, as is a silent registry', () => {
  const advisory = (severity: string) => ({
    ...{ module_name: 'ftp', severity, title: 'It leaks', url: 'https://example.com/1' },
  });
  const stdout = JSON.stringify({ advisories: { 1: advisory('high'), 2: advisory('low') } });
  expect(readVulnerabilities({ exitCode: 1, stdout, stderr: '' })).toEqual({
    found: ['ftp (high): It leaks, https://example.com/1'],
    notChecked: ['Not severe: ftp (low): It leaks, https://example.com/1'],
  });
  const message = 'The audit endpoint (at https://example.com/audits) responded with 405: ';
  const refused = { exitCode: 1, stdout: JSON.stringify({ error: { message } }), stderr: '' };
  expect(readVulnerabilities(refused)).toEqual({
    found: [],
    notChecked: [
      'The registry did not list known vulnerabilities: ' +
        'The audit endpoint (at the registry responded with 405:',
    ],
  });
  expect(readVulnerabilities({ exitCode: 1, stdout: '', stderr: '' }).notChecked).toEqual([
    'The registry did not list known vulnerabilities: no answer',
  ]);
});

it('a wrong signature fails the check; one that cannot be checked is a note', () => {
  const stderr = '1 package has an invalid registry signature:\n\na@1.0.0 (https://example.com/)';
  expect(readSignatures({ exitCode: 1, stdout: '', stderr }).found).toHaveLength(1);
  expect(readSignatures({ exitCode: 0, stdout: 'audited 1 package', stderr: '' })).toEqual({
    found: [],
    notChecked: [],
  });
  expect(readSignatures({ exitCode: 1, stdout: '', stderr: 'npm error code ENOTFOUND' })).toEqual({
    found: [],
    notChecked: ['The signatures of the registry could not be checked: npm error code ENOTFOUND'],
  });
});

it('the list has each package with its digest, and no package only for tests', async () => {
  const packages = await listPackages({ production: true });
  const names = packages.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['fastify', '@nexrender/core', 'react', 'koffi']));
  expect(names).not.toEqual(expect.arrayContaining(['vitest']));
  expect(names).not.toEqual(expect.arrayContaining(['jsdom']));
  const text = makeSbom({ name: 'renderdeck', version: '1.2.3' }, packages);
  expect(makeSbom({ name: 'renderdeck', version: '1.2.3' }, [...packages].reverse())).toBe(text);
  const { bomFormat, specVersion, components } = JSON.parse(text);
  expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(components).toHaveLength(packages.length);
  expect(components.find(({ name }: { name: string }) => name === 'fastify')).toMatchObject({
    purl: expect.stringMatching(/^pkg:npm\/fastify@\d/),
    hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    licenses: [{ expression: 'MIT' }],
  });
}, 60_000);

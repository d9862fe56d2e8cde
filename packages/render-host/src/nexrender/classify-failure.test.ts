import { expect, test } from 'vitest';
import { classifyRender, isUnpreparedHost, readSign } from './classify-failure.mjs';

test.each([
  ['Unable to obtain a license.', 'licence'],
  ['aerender ERROR: Licensing for this product has stopped working.', 'licence'],
  ['Invalid Serial Number', 'licence'],
  ['Your trial has expired', 'licence'],
  ['After Effects can only be activated on 2 devices simultaneously', 'licence'],
  ['unexpected failure during application startup', 'startup'],
  ['aerender ERROR -1701: AEGetParamPt failed at line 780', 'startup'],
  ['aerender ERROR: After Effects can not render for aerender. Another instance', 'startup'],
  // Names in a project are no evidence.
  ['PROGRESS:  7/1/24: Starting composition “Your trial has expired”.', null],
  ['INFO:Invalid Serial Number', null],
  ['aerender ERROR: No comp was found with the given name: license', null],
])('the line %j is a sign of %s', (line, sign) => {
  expect(readSign(line)).toBe(sign);
});

const seen = {
  cause: null,
  phase: 'launching',
  sources: [],
  aerenderError: null,
  aerenderExit: { code: 1, signal: null },
  sign: null,
  aerender: '/ae/aerender',
  workPath: '/scratch/work',
  memoryKills: { group: null, host: null },
};

test.each([
  ['No comp was found with the given name: main', 'project'],
  ['nexrender: could not find the layer "title"', 'project'],
  ['After Effects error: internal verification failure, sorry! {bad}', 'crash'],
  ['An existing connection was forcibly closed by the remote host.', 'crash'],
  ['a sentence that matches no pattern', 'unknownError'],
])('the error %j of After Effects is of the kind %s', (aerenderError, kind) => {
  expect(classifyRender('', { ...seen, aerenderError })).toBe(kind);
});

test.each([
  ['Error starting aerender process: Error: spawn /ae/aerender ENOENT', 'missingProgram'],
  ['Error starting aerender process: Error: spawn /ae/aerender EACCES', 'rights'],
  ['aerender.exe failed to render', 'noReason'],
])('%j is of the kind %s', (message, kind) => {
  expect(classifyRender(message, seen)).toBe(kind);
});

test('a line that shows a failure of the host counts more than the error of After Effects', () => {
  const aerenderError = 'No comp was found';
  expect(classifyRender('', { ...seen, aerenderError, sign: 'licence' })).toBe('licence');
  const aerenderExit = { code: null, signal: 'SIGSEGV' };
  expect(classifyRender('', { ...seen, aerenderExit })).toBe('crash');
});

test.each([
  ['SIGKILL', 'killed'],
  ['SIGTERM', 'killed'],
  ['SIGHUP', 'killed'],
  ['SIGSEGV', 'crash'],
  ['SIGABRT', 'crash'],
])('the end of aerender by %s is of the kind %s', (signal, kind) => {
  const aerenderExit = { code: null, signal };
  expect(classifyRender('', { ...seen, aerenderExit })).toBe(kind);
});

test.each([
  [0xc000_0005, 'crash'],
  [-0x3fff_fffb, 'crash'],
  [0xffff_ffff, 'noReason'],
  [255, 'noReason'],
])('a program of Windows that ends with %d is of the kind %s', (code, kind) => {
  const aerenderExit = { code, signal: null };
  expect(classifyRender('', { ...seen, aerenderExit })).toBe(kind);
});

test('an error with a file beside aerender means that the host is not prepared', () => {
  const error = (path: string) => Object.assign(new Error('EACCES'), { code: 'EACCES', path });
  const script = '/ae/Scripts/Startup/commandLineRenderer.jsx';
  expect(isUnpreparedHost(error(script), '/ae/aerender')).toBe(true);
  expect(isUnpreparedHost(error('/aero/x'), '/ae/aerender')).toBe(false);
  expect(isUnpreparedHost(new Error('EACCES'), '/ae/aerender')).toBe(false);
});

import { expect, it } from 'vitest';
import { turnOutput, turnSource } from './turn-path.ts';

it.each([
  ['C:\\shows\\Mein Film.aep', 'file:///C:/shows/Mein%20Film.aep'],
  ['  "C:\\shows\\a.aep" ', 'file:///C:/shows/a.aep'],
  ['d:/shows/a.aep', 'file:///d:/shows/a.aep'],
  ['\\\\nas\\shows\\100%.aep', 'file://nas/shows/100%25.aep'],
  ['//nas/shows/a.aep', 'file://nas/shows/a.aep'],
  ['\\\\?\\C:\\a.aep', 'file:///C:/a.aep'],
  ['\\\\?\\UNC\\nas\\a.aep', 'file://nas/a.aep'],
  ['/Volumes/shows/ü.aep', 'file:///Volumes/shows/%C3%BC.aep'],
  ['file:\\\\\\C:\\a.aep', 'file:///C:/a.aep'],
  ['file://C:\\a.aep', 'file:///C:/a.aep'],
  ['file:///C:/a%20b.aep', 'file:///C:/a%20b.aep'],
  ['file://nas/a.aep', 'file://nas/a.aep'],
  ['file:/srv/a.aep', 'file:///srv/a.aep'],
  ["'/srv/a.aep'", 'file:///srv/a.aep'],
  ['https://x/a b.aep', 'https://x/a b.aep'],
  ['s3://bucket/a.aep', 's3://bucket/a.aep'],
  ['shows/a.aep', 'shows/a.aep'],
  ['C:\\•••\\a.aep', 'C:\\•••\\a.aep'],
  ['', ''],
])('the source %j is turned into %j, and that stays', (path, address) => {
  expect(turnSource(path)).toBe(address);
  expect(turnSource(address)).toBe(address);
});

it.each([
  ['file:///C:/out/a%20b.mov', 'C:/out/a b.mov'],
  ['file://nas/out/a.mov', '//nas/out/a.mov'],
  ['file:///srv/out/a.mov', '/srv/out/a.mov'],
  ['"C:\\out\\a.mov"', 'C:\\out\\a.mov'],
  ['file:///srv/%', 'file:///srv/%'],
  ['a.mov', 'a.mov'],
])('the output %j is turned into %j, and that stays', (path, output) => {
  expect(turnOutput(path)).toBe(output);
  expect(turnOutput(output)).toBe(output);
});

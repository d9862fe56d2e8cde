import { expect, test } from 'vitest';
import { explainMounts } from './explain-hidden.ts';

const NONE = { mayTrace: false, groups: [65_534] };
const TRACER = { mayTrace: true, groups: [] };
const proc = (options = 'rw', point = '/proc') =>
  `45 43 0:21 / ${point} rw,relatime shared:9 - proc proc ${options}`;
const beside = (point: string, type = 'tmpfs', parent = 45) =>
  `60 ${parent} 0:30 / ${point} rw - ${type} ${type} rw`;

const SHOWN: [string, string[], Parameters<typeof explainMounts>[2]?][] = [
  ['a usual /proc', [proc()]],
  ['hidepid=off', [proc('rw,hidepid=off')]],
  ['hidepid=0', [proc('rw,hidepid=0')]],
  ['a process that may trace every process', [proc('rw,hidepid=ptraceable')], () => TRACER],
  ['a member of the group of the mount', [proc('rw,gid=65534,hidepid=2')]],
  ['a member of the group of root', [proc('rw,hidepid=2')], () => ({ ...NONE, groups: [0] })],
  [
    'a hidden /proc below the one that is read',
    [proc('rw'), proc('rw,hidepid=2').replace('45', '9')],
  ],
  ['the masks of a container', [proc(), beside('/proc/kcore'), beside('/proc/sys', 'proc')]],
  ['the counters of LXCFS', [proc(), beside('/proc/stat', 'fuse.lxcfs')]],
  ['a mask below another mount', [proc(), beside('/proc/7', 'tmpfs', 44)]],
];
test.each(SHOWN)('all is shown: %s', (_name, lines, rights = () => NONE) => {
  expect(explainMounts(lines.join('\n'), '45', rights)).toBeNull();
});

test.each([
  ['hidepid=1', [proc('rw,hidepid=1')], /hidepid=1/],
  ['hidepid=2 with another group', [proc('rw,hidepid=invisible,gid=4')], /hidepid=invisible/],
  ['hidepid=4, whatever the group', [proc('rw,hidepid=ptraceable,gid=65534')], /ptraceable/],
  ['an option that is not known yet', [proc('rw,hidepid=more')], /hidepid=more/],
  ['subset=pid', [proc('rw,subset=pid')], /subset=pid/],
  ['a mask over a process', [proc(), beside('/proc/7')], /covers \/proc\/7/],
  ['a mask over a part of a process', [proc(), beside('/proc/7/environ')], /covers/],
  ['a file in the place of the counters', [proc(), beside('/proc/stat', 'ext4')], /covers/],
  ['another file system', [proc().replace('- proc', '- tmpfs')], /not a complete proc/],
  ['a part of a proc file system', [proc().replace('/ /proc', '/7 /proc')], /not a complete proc/],
  ['no mount of that number', [proc().replace('45', '46')], /not known/],
])('something may be hidden: %s', (_name, lines, why) => {
  expect(explainMounts(lines.join('\n'), '45', () => NONE)).toMatch(why);
});

test('a missing list of mounts may hide processes', () => {
  expect(explainMounts(proc(), null, () => TRACER)).toMatch(/not known/);
});

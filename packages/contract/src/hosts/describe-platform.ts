import type { WireHost } from '../procedures/hosts/list-hosts.ts';

const SYSTEMS: Readonly<Record<string, string>> = {
  win32: 'Windows',
  darwin: 'macOS',
  linux: 'Linux',
};

/** The system of a host for people: `Windows (x64)`. A name that is not known stays as it is. */
export function describePlatform({ platform }: Pick<WireHost, 'platform'>): string {
  const [system = '', processor] = platform.split(' ');
  const name = SYSTEMS[system] ?? system;
  return processor === undefined ? name : `${name} (${processor})`;
}

import { join } from 'node:path';
import { MACHINE_FOLDER } from '@renderdeck/settings';

/** Where a host that joined keeps its data, unless a setting says otherwise. */
export function dataFolderOf(host: string, besideSettings: string): string {
  // /etc holds settings only.
  return besideSettings === MACHINE_FOLDER
    ? join('/var/lib/renderdeck', host)
    : join(besideSettings, `data-${host}`);
}

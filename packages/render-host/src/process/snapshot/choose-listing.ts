import { linuxListing } from './linux.ts';
import type { ProcessListing } from './process-listing.ts';
import { psListing } from './ps.ts';
import { windowsListing } from './windows.ts';

/** The best listing of this platform; `ps` selects the portable one. */
export function chooseListing(scan?: 'proc' | 'ps'): ProcessListing {
  if (process.platform === 'linux') return scan === 'ps' ? psListing : linuxListing;
  if (process.platform === 'darwin') return psListing;
  if (process.platform === 'win32') return windowsListing;
  throw new Error(
    `Renderdeck cannot list processes on ${process.platform}: a render host runs Linux, macOS or ` +
      'Windows.',
  );
}

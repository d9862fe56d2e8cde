import { linuxListing } from './linux.ts';
import type { ProcessListing } from './process-listing.ts';
import { psListing } from './ps.ts';

/** The best listing of this platform; `ps` selects the portable one. */
export function chooseListing(scan?: 'proc' | 'ps'): ProcessListing {
  if (process.platform === 'linux') return scan === 'ps' ? psListing : linuxListing;
  if (process.platform === 'darwin') return psListing;
  throw new Error(
    `Renderdeck cannot list processes on ${process.platform}: a render host runs Linux or macOS.`,
  );
}

import { openLibproc } from '../macos/libproc.ts';
import { isUniqueId, makeMacosListing } from '../macos/list-processes.ts';
import { windowsListing } from '../windows/list-processes.ts';
import { linuxListing } from './linux.ts';
import type { ProcessListing } from './process-listing.ts';
import { psListing } from './ps.ts';

/** Selects a listing: the one of Linux, the portable one with ps, or one of a test. */
export type Scan = 'proc' | 'ps' | ProcessListing;

/**
 * The best listing of this platform, or the selected one. `startToken` is a recorded token: the
 * listing must make tokens of the same kind, or every known process would look gone.
 */
export function chooseListing(scan?: Scan, startToken?: string): ProcessListing {
  if (typeof scan === 'object') return scan;
  if (process.platform === 'linux') return scan === 'ps' ? psListing : linuxListing;
  if (process.platform === 'darwin') return chooseMacosListing(scan, startToken);
  if (process.platform === 'win32') return windowsListing;
  throw new Error(
    `Renderdeck cannot list processes on ${process.platform}: a render host runs Linux, macOS or ` +
      'Windows.',
  );
}

let macosListing: ProcessListing | null | undefined;

function chooseMacosListing(scan?: 'proc' | 'ps', startToken?: string): ProcessListing {
  if (scan === 'ps') return psListing;
  if (macosListing === undefined) {
    const libproc = openLibproc();
    macosListing = libproc === null ? null : makeMacosListing(libproc);
  }
  if (startToken === undefined) return macosListing ?? psListing;
  if (!isUniqueId(startToken)) return psListing;
  if (macosListing !== null) return macosListing;
  throw new Error(
    "A process was recorded by the kernel's id, and koffi, which reads it, cannot be loaded. " +
      'Nothing is known of that process until koffi works again.',
  );
}

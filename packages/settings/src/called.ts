import { existsSync } from 'node:fs';
import { VERSION } from '@renderdeck/domain';

/*
 * How people call the commands of this program. The builds of the npm package and of the host
 * folder set CALLED_AS (bundle-programs.ts of the worker). A checkout has no build.
 */
declare const CALLED_AS: string | undefined;
const BUILT_AS = typeof CALLED_AS === 'undefined' ? null : CALLED_AS;

/** Whether this program runs from the npm package. */
export const isPackage = BUILT_AS === 'renderdeck';
/** Whether this program runs from a checkout of the repository, with its sources and its tools. */
export const isCheckout = BUILT_AS === null;

/** Where npm links the commands of a package that is installed in a project, and not globally. */
const LINK = '../../../../.bin/renderdeck';
const CALL =
  BUILT_AS === null
    ? 'npx -y pnpm@10.34.9'
    : isPackage && existsSync(new URL(LINK, import.meta.url))
      ? 'npx renderdeck'
      : BUILT_AS;

/** The whole command for the terminal, such as `renderdeck migrate`. */
export function callOf(command: string): string {
  return `${CALL} ${command}`.trim();
}

/** What `--version` of each program prints. */
export const VERSION_TEXT = `renderdeck ${VERSION}`;

/** What a program without further commands answers to `--help` and `--version`; null: it runs. */
export function answerCall(
  args: readonly string[],
  { command, does }: { readonly command: string; readonly does: string },
): string | null {
  if (args.includes('--version')) return VERSION_TEXT;
  if (!args.some((arg) => arg === '--help' || arg === '-h')) return null;
  return `Usage: ${callOf(command)}\n\n${does}\nIts settings are environment variables.`;
}

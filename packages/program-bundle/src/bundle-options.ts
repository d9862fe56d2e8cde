import type { BuildOptions } from 'esbuild';

/** What each bundle of a program has in common, with the oldest Node that a host may have. */
export const BUNDLE = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'error',
  // Packages in CommonJS call require for Node's own modules.
  banner: {
    js:
      "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
      'const require = createRequireOfBundle(import.meta.url);',
  },
} as const satisfies BuildOptions;

import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const API = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), finishFiles()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    license: true, // for the npm package, which contains the page
    assetsInlineLimit: 0,
    rolldownOptions: {
      // One script for the first load: what pages share is not divided into small files.
      output: { codeSplitting: { groups: [{ name: 'first-load', tags: ['$initial'] }] } },
      treeshake: {
        // These packages have no side effects, so unused schemas and zod are dropped.
        moduleSideEffects: (id) => !/\/packages\/(contract|domain)\/src\//.test(id),
      },
    },
  },
  server: {
    proxy: {
      '/trpc': { target: API, ws: true },
      '/api': API,
    },
  },
});

/**
 * Chromium compiles every function of a script that begins with this comment while the script
 * arrives, and not one by one when they are called (v8.dev/blog/explicit-compile-hints). Other
 * browsers ignore it.
 */
const COMPILE_AHEAD = '//# allFunctionsCalledOnLoad\n';
const SENT_COMPRESSED = /\.(js|css|svg)$/;
/** A smaller file fits one packet, compressed or not. */
const LEAST_BYTES = 1024;

/**
 * Begins the script of the first load with COMPILE_AHEAD. Compresses the files, which the API sends
 * so, ahead. Both come after Vite's own last change of a script.
 */
function finishFiles(): Plugin {
  return {
    name: 'finish-files',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && file.isEntry) file.code = COMPILE_AHEAD + file.code;
          const content = file.type === 'chunk' ? file.code : file.source;
          if (!SENT_COMPRESSED.test(file.fileName) || content.length < LEAST_BYTES) continue;
          for (const [end, compress] of [
            ['br', brotliCompressSync],
            ['gz', gzipSync],
          ] as const)
            this.emitFile({
              type: 'asset',
              fileName: `${file.fileName}.${end}`,
              source: compress(content),
            });
        }
      },
    },
  };
}

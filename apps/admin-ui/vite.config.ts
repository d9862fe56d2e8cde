import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

const API = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    // The API sends these beside the files, so that nothing is compressed for each visit.
    compression({ algorithms: ['brotli', 'gzip'], include: /\.(js|css|svg)$/, threshold: 1024 }),
  ],
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

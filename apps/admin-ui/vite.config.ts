import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const API = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rolldownOptions: {
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

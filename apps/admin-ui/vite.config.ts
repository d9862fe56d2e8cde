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
        // Schemas and rules only define things: the page keeps the few constants it reads and drops the rest, zod included.
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

import { defineConfig } from 'drizzle-kit';

/** `pnpm db:generate` writes the next migration. A migration is never edited after a release. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './packages/store/src/schema/index.ts',
  out: './packages/store/migrations',
});

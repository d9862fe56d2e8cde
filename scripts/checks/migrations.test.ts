import { expect, it } from 'vitest';
import { listTrackedFiles, readText } from '../tracked-files.ts';
import { findSlowStatements } from './migrations.ts';

const tracked = await listTrackedFiles();
const files = tracked.filter((file) => /^packages\/store\/migrations\/\w+[.]sql$/.test(file));

it('no migration makes a farm at work wait', async () => {
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const name = file.replace(/^.*\/|[.]sql$/g, '');
    expect(findSlowStatements(name, (await readText(file)) ?? '')).toEqual([]);
  }
});

it('the one snapshot is that of the newest migration', () => {
  const newest = /\d+/.exec(files.toSorted().at(-1) ?? '')?.[0];
  expect(tracked.filter((file) => file.endsWith('_snapshot.json'))).toEqual([
    `packages/store/migrations/meta/${newest}_snapshot.json`,
  ]);
});

it.each([
  'CREATE INDEX "jobs_by" ON "jobs" USING btree ("name");',
  'ALTER TABLE "jobs" ADD CONSTRAINT "c" CHECK (priority > 0);',
  'ALTER TABLE "a" ADD CONSTRAINT "c" FOREIGN KEY ("j") REFERENCES "public"."jobs"("id");',
  'ALTER TABLE "jobs" ADD CONSTRAINT "c" UNIQUE("name");',
  'ALTER TABLE "jobs" ALTER COLUMN "name" SET NOT NULL;',
  'ALTER TABLE "jobs" ALTER COLUMN "name" SET DATA TYPE bigint;',
  'ALTER TABLE "jobs" ADD COLUMN "n" text GENERATED ALWAYS AS (upper(name)) STORED;',
  'ALTER TABLE "jobs" ADD COLUMN "n" uuid DEFAULT gen_random_uuid();',
  'UPDATE "jobs" SET "name" = \'\';',
  'ALTER TABLE "jobs" DROP COLUMN "name";',
  'ALTER TABLE "jobs" RENAME COLUMN "name" TO "title";',
  'ALTER TABLE "jobs" ADD COLUMN "n" text;--> statement-breakpoint\nALTER TABLE "a" ADD "n" text;',
  'DROP INDEX CONCURRENTLY "i";--> statement-breakpoint\nALTER TABLE "jobs" ADD COLUMN "n" text;',
])('is refused: %s', (text) => {
  expect(findSlowStatements('0002_next', text)).not.toEqual([]);
});

it.each([
  'ALTER TABLE "jobs" ADD COLUMN "n" jsonb DEFAULT \'[]\'::jsonb NOT NULL;',
  'ALTER TABLE "jobs" ADD CONSTRAINT "c" CHECK (priority > 0) NOT VALID;',
  'ALTER TABLE "jobs" VALIDATE CONSTRAINT "c";',
  'CREATE INDEX CONCURRENTLY "jobs_by" ON "jobs" USING btree ("name");',
  'CREATE TABLE "n" ("id" bigserial);--> statement-breakpoint\nCREATE INDEX "i" ON "n" ("id");',
])('is allowed: %s', (text) => {
  expect(findSlowStatements('0002_next', text)).toEqual([]);
});

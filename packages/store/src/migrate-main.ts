import { migrateConfig } from './config.ts';
import { migrate } from './migrate.ts';

const config = migrateConfig();
if (config.ok) {
  await migrate(config.databaseUrl, (message) => process.stderr.write(`${message}\n`));
  process.stdout.write('The database is migrated.\n');
} else {
  process.stderr.write(`${config.sentence}\n`);
  process.exitCode = 2;
}

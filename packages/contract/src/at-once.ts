import type { z } from 'zod';

/**
 * The same schema without `parseAsync`. tRPC parses with that where a schema has it, and then zod
 * walks the schema step by step; its compiled parser works only without promises.
 */
export function atOnce<Schema extends z.ZodType>(schema: Schema): Schema {
  return Object.create(schema, { parseAsync: { value: undefined } });
}

/** These ran before farms migrated while they are at work. */
const BEFORE = ['0000_tables', '0001_publications'];

/** What a statement on a table that exists already may not do, and what to do instead. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^create (?:unique )?index (?!concurrently)/, 'make the index CONCURRENTLY, in its own file'],
  [
    /\badd constraint\b.*\b(?:foreign key|check)\b(?!.*\bnot valid$)/,
    'add the constraint NOT VALID, and VALIDATE it in a later file',
  ],
  [
    /\badd constraint\b.*\b(?:unique|primary key)\b(?!.*\busing index\b)/,
    'make a unique index CONCURRENTLY, and add the constraint USING INDEX in a later file',
  ],
  [/\bset not null\b/, 'add a CHECK (… IS NOT NULL) NOT VALID, and VALIDATE it in a later file'],
  [
    /\balter column \S+ (?:set data )?type\b/,
    'add a new column: a change of the type rewrites the table',
  ],
  [/\bstored\b|\b(?:big)?serial\b|\bas identity\b/, 'such a column rewrites the table'],
  [/\badd column\b.*\bdefault\b.*\w\(/, 'add the column with a constant default'],
  [/^(?:update|delete|insert)\b/, 'let the programs change rows, a few at a time'],
  [/^drop table\b|\bdrop column\b|\brename\b/, 'older programs may still use it'],
];
const CALM = /^(?:create|drop) (?:unique )?index concurrently\b|\bvalidate constraint\b/;
const TABLE = /\b(?:table(?: if exists)?|update|delete from|insert into|on) "?(\w+)"?/;

/**
 * Reports what a migration may not do, because a farm at work waits for it: docs/how-to-add.md has
 * the rules. A table that the same file makes is empty, so everything may be done to it.
 */
export function findSlowStatements(name: string, text: string): string[] {
  if (BEFORE.includes(name)) return [];
  const statements = text
    .split('--> statement-breakpoint')
    .map((statement) => statement.replace(/\s+/g, ' ').replace(/;\s*$/, '').trim().toLowerCase());
  const made = statements.flatMap((one) => /^create table "?(\w+)/.exec(one)?.[1] ?? []);
  const onOld = statements.filter((one) => !made.includes(TABLE.exec(one)?.[1] ?? ''));
  const tables = new Set(onOld.map((one) => TABLE.exec(one)?.[1]));
  const calm = statements.filter((one) => CALM.test(one));
  return [
    ...onOld.flatMap((one) =>
      REFUSED.filter(([pattern]) => pattern.test(one)).map(([, why]) => `${name}: ${one}: ${why}`),
    ),
    ...(tables.size > 1 ? [`${name} changes ${[...tables].join(', ')}: one file, one table`] : []),
    ...(calm.length > 0 && calm.length < statements.length
      ? [`${name}: a statement with CONCURRENTLY or VALIDATE needs a file of its own`]
      : []),
  ];
}

const SAVES = /\b(saveJob|insertJob)\(/;
const RECORDS = /\b(insertJobChange|insertAuditEntry)\(/;

/** Names each top-level function that saves a job but inserts no job change and no audit entry. */
export function findUnrecordedSaves(file: string, text: string): string[] {
  return text.split(/^(?=(?:export )?(?:async )?function )/m).flatMap((part) => {
    const name = /^(?:export )?(?:async )?function (\w+)/.exec(part)?.[1];
    const saved = SAVES.exec(part)?.[1];
    return name === undefined || saved === undefined || RECORDS.test(part)
      ? []
      : [`${file}: ${name} calls ${saved} but records no job change`];
  });
}

const WRITES = /\b(update|insert into) jobs\b|\.(update|insert)\(jobs\)/;
const RECORDS = /\binsert into job_changes\b/;
/** A lease is no change of a job. A rerun is recorded by who calls insertRerun. */
const RECORD_NOTHING = /\/(renew-leases|copy-order)\.ts$/;
const CALLS = /\b(insertRerun)\(/;
const RECORDS_TOO = /\binsertJobChange\(/;

/** Names a file of the store that writes to the table of jobs and inserts no job change. */
export function findUnrecordedWrites(file: string, text: string): string[] {
  const isSilent = WRITES.test(text) && !RECORDS.test(text) && !RECORD_NOTHING.test(file);
  return isSilent ? [`${file} writes to jobs but inserts no job change`] : [];
}

/** Names each top-level function that inserts a rerun but no job change. */
export function findUnrecordedReruns(file: string, text: string): string[] {
  return text.split(/^(?=(?:export )?(?:async )?function )/m).flatMap((part) => {
    const name = /^(?:export )?(?:async )?function (\w+)/.exec(part)?.[1];
    const called = CALLS.exec(part)?.[1];
    return name === undefined || called === undefined || RECORDS_TOO.test(part)
      ? []
      : [`${file}: ${name} calls ${called} but records no job change`];
  });
}

const WRITES = /\b(update|insert into) jobs\b|\.(update|insert)\(jobs\)/;
const RECORDS = /\binsert into job_changes\b/;
/** A renewed lease is not a change of a job. The caller of insertRerun records a rerun. */
const RECORD_NOTHING = /\/(renew-leases|copy-order)\.ts$/;
const CALLS = /\b(insertRerun)\(/;
const RECORDS_TOO = /\binsertJobChange\(/;

/** Reports a file of the store that writes to the table of jobs but inserts no job change. */
export function findUnrecordedWrites(file: string, text: string): string[] {
  const isSilent = WRITES.test(text) && !RECORDS.test(text) && !RECORD_NOTHING.test(file);
  return isSilent ? [`${file} writes to jobs but inserts no job change`] : [];
}

/** Reports each top-level function that inserts a rerun but no job change. */
export function findUnrecordedReruns(file: string, text: string): string[] {
  return text.split(/^(?=(?:export )?(?:async )?function )/m).flatMap((part) => {
    const name = /^(?:export )?(?:async )?function (\w+)/.exec(part)?.[1];
    const called = CALLS.exec(part)?.[1];
    return name === undefined || called === undefined || RECORDS_TOO.test(part)
      ? []
      : [`${file}: ${name} calls ${called} but records no job change`];
  });
}

begin;

insert into
  submissions (principal, key, fingerprint, job_id)
values
  ($1, $2, $3, $4)
on conflict do nothing
returning
  job_id,
  fingerprint;

with
-- … 218 lines as in submit.sql
  job as jobs;

with
-- … 385 lines as in finish-and-take-the-next-job.sql
  ) on true;

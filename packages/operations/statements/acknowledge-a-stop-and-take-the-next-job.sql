with
-- … 371 lines as in finish-and-take-the-next-job.sql
  ) on true;

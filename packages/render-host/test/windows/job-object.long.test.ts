import { checkCases, compileNative, describeOnWindows } from '@renderdeck/wine';

describeOnWindows('a Job Object', (wine) => {
  const run = async () =>
    await wine.runCases(new URL('./job-object.windows.ts', import.meta.url), {
      ACTS: wine.toWindows(await compileNative(new URL('./acts.c', import.meta.url))),
    });
  checkCases(run, [
    'a job is made, holds a process, lists it and ends it',
    'a tree of 5 is in the list and ends',
    'a tree of 50 is in the list and ends',
    'orphans whose parents have ended are in the list and end',
    'a detached child in a new group does not leave the job, and ends',
    'a child with a console that nobody sees does not leave the job, and ends',
    'a child that was never resumed does not leave the job, and ends',
    'a child that asks to leave the job does not leave the job, and ends',
    'what `cmd start /b` starts is in the list and ends',
    'a job of its own does not free a child of a member',
    'a list that is longer than the buffer is read whole',
    'a process that has ended cannot be put into a job',
    'ten chains in which each process starts the next and ends are ended',
    'the kernel ends every member when the last handle of the job is closed',
    'a second handle of the job keeps its members alive, so nobody gets one',
    'an identity stays the same, for every reader, and ends with its process',
    'a dead process that can still be opened is dead',
    'a reused pid has another identity, and a job pins the pid of its launcher',
    'a process that took the pid of another is not ended in its place',
  ]);
});

import { checkCases, describeOnWindows } from '@renderdeck/wine';

describeOnWindows('locks and files of a Windows host', (wine) => {
  checkCases(
    () => wine.runCases(new URL('./locks.windows.ts', import.meta.url)),
    [
      'one process holds a lock, and another is told so',
      'a lock is free when its process was killed',
      'a lock that a program inherited is held until that program has ended, too',
      'a program that looks into the file for a moment holds no lock',
      'one daemon per scratch root, and the next one after it was killed',
      'a file of the host that is open elsewhere is written once it is closed',
      'the journal keeps, lists and forgets what it was told',
    ],
  );
});

import { checkCases, describeOnWindows } from '@renderdeck/wine';

describeOnWindows('what a render uses on Windows', (wine) => {
  checkCases(
    () => wine.runCases(new URL('./usage.windows.ts', import.meta.url)),
    [
      'an account has all processes and their memory, and leaves no handle open',
      'the free disk is that of the system',
    ],
  );
});

import { checkCases, describeOnWindows } from '@renderdeck/wine';
import { WINDOWS_PROGRAMS } from '../../src/self-test/windows-programs.ts';

describeOnWindows('the hostile programs of Windows', (wine) => {
  checkCases(
    () => wine.runCases(new URL('./self-test.windows.ts', import.meta.url)),
    [
      ...WINDOWS_PROGRAMS.map(
        ({ name }) => `a tree with ${name} is ended, and the kernel proves it`,
      ),
      'the self-test of Windows holds as a whole, and leaves no process',
    ],
  );
});

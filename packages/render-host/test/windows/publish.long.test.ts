import { checkCases, describeOnWindows } from '@renderdeck/wine';

describeOnWindows('publishing on Windows', (wine) => {
  checkCases(
    () => wine.runCases(new URL('./publish.windows.ts', import.meta.url)),
    [
      'an output is replaced in one step, and its part is gone',
      'an output that is open is replaced once it is closed, with another yes',
      'an output that stays open is as it was, and the render says so',
      'a cancel while the output is open leaves it as it was',
      'pictures appear as a folder in one step',
      'of pictures in an existing folder the open one is named, and none is lost',
      'an output that cannot be replaced for another reason says which',
      'several parts of one name do not meet',
    ],
  );
});

import type { TestProject } from 'vitest/node';
import { prepareWine, type Template } from './prepare-wine.ts';
import { wineMissing } from './wine-programs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    wine: Template;
  }
}

/** Vitest calls this before the tests of the project `windows`. */
export async function setup(project: TestProject): Promise<void> {
  if (wineMissing === null) project.provide('wine', await prepareWine());
}

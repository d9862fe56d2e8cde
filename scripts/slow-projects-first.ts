import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The projects whose files take minutes. The browser comes long before the chaos test of `e2e`,
 * which makes network interfaces: Chromium then gives up all of its requests.
 */
const SLOW = ['browser', 'windows', 'bench', 'standalone', 'e2e'];

/**
 * The order in which test files start. Files that take minutes start first, so that a run does not
 * wait for one of them at its end while a core has nothing to do.
 */
export class SlowProjectsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ project }: TestSpecification) => {
      const place = SLOW.indexOf(project.name);
      return place < 0 ? SLOW.length : place;
    };
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}

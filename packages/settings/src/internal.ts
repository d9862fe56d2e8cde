/** Variables that one of our programs sets for another. docs/settings.md does not list them. */
export const INTERNAL_VARIABLES = {
  RENDERDECK_TREE_MARKER: 'the tree marker of an attempt, in every process of its render',
  RENDERDECK_OWNER: 'the worker that owns a render, in every process of it',
  RENDERDECK_PICTURES: 'the folder in which the browser test writes pictures',
  RENDERDECK_TEST_POSTGRES: 'the PostgreSQL that the test runner started',
  RENDERDECK_TEST_RUN: 'the mark of a test run, in every process that it starts',
} as const;

import { testResetsAtStart } from './resets-at-start.testsuite.ts';

testResetsAtStart(24, 8);

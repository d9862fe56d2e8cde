import { testResetsAtStart } from './resets-at-start.testsuite.ts';

testResetsAtStart(3, 2);

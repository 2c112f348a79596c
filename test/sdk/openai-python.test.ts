import { describe } from 'vitest';
import { part } from '../support/require.ts';
import { installPython, startPython } from './python.ts';
import { sdkSuite } from './suite.ts';

const missing = await installPython().then(
  () => '',
  (error: Error) => error.message,
);
const there = part('python', missing === '', `the openai package for Python cannot be installed: ${missing}`);

describe.skipIf(!there)('the openai package for Python', () => sdkSuite(startPython));

import { describe } from 'vitest';
import { part } from '../support/require.ts';
import { anthropicSuite } from './anthropic.suite.ts';
import { startPython } from './anthropic.ts';
import { installPython } from './python.ts';

const missing = await installPython().then(
  () => '',
  (error: Error) => error.message,
);
const there = part(
  'python',
  missing === '',
  `the anthropic package for Python cannot be installed: ${missing}`,
);

describe.skipIf(!there)('the anthropic package for Python', () => anthropicSuite(startPython));

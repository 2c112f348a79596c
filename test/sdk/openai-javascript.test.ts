import { describe } from 'vitest';
import { javascript } from './javascript.ts';
import { sdkSuite } from './suite.ts';

describe('the openai package for JavaScript', () => sdkSuite(() => javascript));

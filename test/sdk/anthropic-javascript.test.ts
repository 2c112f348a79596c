import { describe } from 'vitest';
import { anthropicSuite } from './anthropic.suite.ts';
import { javascript } from './anthropic.ts';

describe('the @anthropic-ai/sdk package', () => anthropicSuite(() => javascript));

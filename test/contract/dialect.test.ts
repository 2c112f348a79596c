import { describe, expect, it } from 'vitest';
import { dialects } from '../../sidecar/dialects/index.ts';
import { anthropicExamples } from './anthropic.examples.ts';
import { type DialectExamples, dialectSuite } from './dialect.suite.ts';
import { geminiExamples } from './gemini.examples.ts';
import { openaiChatExamples } from './openai-chat.examples.ts';
import { openaiCompletionsExamples } from './openai-completions.examples.ts';
import { openaiResponsesExamples } from './openai-responses.examples.ts';

const examples: Record<string, DialectExamples> = {
  'openai-chat': openaiChatExamples,
  'openai-completions': openaiCompletionsExamples,
  'openai-responses': openaiResponsesExamples,
  anthropic: anthropicExamples,
  gemini: geminiExamples,
};

it('every dialect has examples', () => {
  expect(dialects.map(({ name }) => name).sort()).toEqual(Object.keys(examples).sort());
});

for (const dialect of dialects) {
  const known = examples[dialect.name];
  if (known !== undefined) describe(dialect.name, () => dialectSuite(dialect, known));
}

import { anthropic } from './anthropic.ts';
import type { Dialect } from './dialect.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';

/** The provider APIs that are cached; every other path passes through untouched. */
export const dialects: readonly Dialect[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  anthropic,
  gemini,
];

export function dialectOf(method: string, path: string): Dialect | undefined {
  return dialects.find((each) => each.serves(method, path));
}

/** Whose form of error a path that is not cached gets. */
export function dialectAt(upstream: Dialect['upstream']): Dialect {
  return dialects.find((each) => each.upstream === upstream) ?? openaiChat;
}

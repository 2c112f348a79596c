import type { Json } from './openai-shared.ts';

export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

interface Offered {
  name: string;
  parameters?: { properties?: Record<string, { type?: string }>; required?: string[] };
}

/**
 * Which tools the model calls. A forced choice is obeyed; otherwise a tool is called when the user's text names a word
 * of it ("weather" for `get_weather`). "… in Paris and Tokyo" makes two parallel calls, unless they are not allowed.
 */
export function chooseCalls(body: Json, userText: string): { name: string; arguments: string }[] {
  const offered = ((body.tools ?? []) as { function?: Offered }[]).flatMap((tool) => tool.function ?? []);
  const last = (body.messages as Json[]).at(-1);
  if (offered.length === 0 || body.tool_choice === 'none' || last?.role !== 'user') return [];
  const forced = (body.tool_choice as { function?: { name?: string } } | undefined)?.function?.name;
  const named = (tool: Offered) =>
    tool.name.split('_').some((word) => word.length > 3 && userText.toLowerCase().includes(word));
  const chosen =
    offered.find((tool) => (forced ? tool.name === forced : named(tool))) ??
    (body.tool_choice === 'required' ? offered[0] : undefined);
  if (!chosen) return [];
  const subjects = subjectsOf(userText);
  return (body.parallel_tool_calls === false ? subjects.slice(0, 1) : subjects).map((subject) => ({
    name: chosen.name,
    arguments: JSON.stringify(argumentsFor(chosen, subject)),
  }));
}

/** "… in Paris and Tokyo" → Paris, Tokyo; any other text is its own subject. */
function subjectsOf(text: string): string[] {
  const places = /\b(?:in|of|for)\s+(\p{Lu}.*)$/u.exec(text)?.[1]?.replace(/[?.!]+$/, '');
  return places?.split(/\s*(?:,|\band\b)\s*/).filter(Boolean) ?? [text];
}

function argumentsFor(tool: Offered, subject: string): Json {
  const properties = tool.parameters?.properties ?? {};
  const names = tool.parameters?.required ?? Object.keys(properties).slice(0, 1);
  return Object.fromEntries(names.map((name) => [name, properties[name]?.type === 'number' ? 1 : subject]));
}

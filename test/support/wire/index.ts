export { ask, caller, json, streamed } from './ask.ts';
export { askAnthropic, askGemini, geminiForms } from './ask-others.ts';
export { chunked, type Header, request } from './bytes.ts';
export { endToEnd, essence, header } from './compare.ts';
export { configFile } from './config-file.ts';
export { type Pair, startPair } from './pair.ts';
export type { Response } from './response.ts';
export { type Exchanged, eventually, exchange, type Wire, wire } from './wire.ts';

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/**
 * An answer that may wait for somebody else. While it does, its caller hears a space now and then, which JSON may begin
 * with: so he can tell waiting from a process that hangs, and give that up soon.
 */
export async function audible<Answer extends object>(
  reply: FastifyReply,
  answer: Promise<Answer>,
): Promise<Answer | Readable> {
  if ((await Promise.race([answer, quiet(silenceMs)])) !== silence) return await answer;
  reply.type('application/json; charset=utf-8');
  return Readable.from(spoken(answer), { objectMode: false });
}

async function* spoken(answer: Promise<object>): AsyncGenerator<string> {
  // Its failure is thrown below, when somebody reads.
  answer.catch(() => {});
  do yield ' ';
  while ((await Promise.race([answer, quiet(silenceMs)])) === silence);
  yield JSON.stringify(await answer);
}

const silence = Symbol('silence');
const quiet = (milliseconds: number) => sleep(milliseconds, silence as typeof silence, { ref: false });

/** Milliseconds. */
const silenceMs = 100;

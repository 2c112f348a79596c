/**
 * The shortest time of at most so many tries, and no more of them once one is below the bound: a busy machine is late now
 * and then, what is slow by itself is late each time. Each try must hold everything else.
 */
export async function quickest(
  bound: number,
  once: (attempt: number) => number | Promise<number>,
  tries = 5,
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < tries && !(best < bound); attempt++)
    best = Math.min(best, await once(attempt));
  return best;
}

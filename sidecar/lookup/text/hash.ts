/** FNV-1a with a mix, cut to 30 bits: small integers are what a Map keeps without a box. Equal hashes prove nothing. */
export function hash(text: string): number {
  let value = start;
  for (let at = 0; at < text.length; at++) value = step(value, text.charCodeAt(at));
  return value & 0x3fffffff;
}

export const start = 0x811c9dc5;

export function step(value: number, next: number): number {
  const mixed = Math.imul(value ^ next, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

import type { Reading } from './reading.ts';

let places = 0;

/**
 * What a guard makes of a text: worked out once and kept in the reading, each at a place of its own. A weak map for each of
 * them would be tidier, and was half of what the guards cost.
 */
export function derived<Value>(derive: (reading: Reading) => Value): (reading: Reading) => Value {
  const place = places++;
  return (reading) => {
    const known = reading.derived[place] as { value: Value } | undefined;
    if (known !== undefined) return known.value;
    const value = derive(reading);
    reading.derived[place] = { value };
    return value;
  };
}

/** The loose text's place in the fixed part; no request can hold it by itself, since it is not a string there. */
export const LOOSE = { '': 'loose text' };

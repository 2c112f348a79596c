/** What the guards know of a text; read once per text and kept beside the entry. */
export interface Reading {
  readonly text: string;
}

export function read(text: string): Reading {
  return { text };
}

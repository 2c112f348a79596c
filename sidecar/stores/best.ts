/** The best few of many, kept in order as they come. Small counts only: each newcomer is put in its place by insertion. */
export class Best<T> {
  readonly #count: number;
  readonly #items: { readonly item: T; readonly similarity: number }[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** A similarity that is not a number never enters: it would compare false with all others and break the order. */
  offer(item: T, similarity: number): void {
    const items = this.#items;
    if (Number.isNaN(similarity)) return;
    if (items.length >= this.#count) {
      if (similarity <= (items.at(-1)?.similarity ?? Number.POSITIVE_INFINITY)) return;
      items.pop();
    }
    let at = items.length;
    while (at > 0 && (items[at - 1]?.similarity as number) < similarity) at--;
    items.splice(at, 0, { item, similarity });
  }

  /** Best first; of equals, the one offered first. */
  get items(): readonly { readonly item: T; readonly similarity: number }[] {
    return this.#items;
  }
}

/**
 * Rows of vectors in a few large blocks, whatever scope they belong to. One typed array per vector would cost a third of a
 * small vector again in bookkeeping and give the garbage collector one more object per entry to walk.
 */
export class Arena {
  readonly dimension: number;
  /** A block that has lost its last row is given back; its place in the list is used again. */
  readonly #blocks: (Block | undefined)[] = [];
  readonly #vacant: number[] = [];
  /** Numbers of blocks with free rows; the last one is filled first, so that the others can run empty. */
  readonly #open: number[] = [];

  constructor(dimension: number) {
    this.dimension = dimension;
  }

  /** Copies the vector in and answers its row, which stays where it is until it is released. */
  add(vector: Float32Array): number {
    const number = this.#open.at(-1) ?? this.#grow();
    const block = this.#block(number);
    const place = block.free.pop() as number;
    if (block.free.length === 0) this.#open.pop();
    block.data.set(vector, place * this.dimension);
    return number * ROWS + place;
  }

  release(row: number): void {
    const number = Math.floor(row / ROWS);
    const block = this.#block(number);
    if (block.free.length === 0) this.#open.push(number);
    block.free.push(row % ROWS);
    if (block.free.length < ROWS) return;
    this.#blocks[number] = undefined;
    this.#vacant.push(number);
    this.#open.splice(this.#open.lastIndexOf(number), 1);
  }

  read(row: number): Float32Array {
    const start = (row % ROWS) * this.dimension;
    return this.#block(Math.floor(row / ROWS)).data.slice(start, start + this.dimension);
  }

  /** Four sums at once, because one sum would make every addition wait for the one before it. */
  dot(row: number, query: Float32Array): number {
    const { data } = this.#block(Math.floor(row / ROWS));
    const start = (row % ROWS) * this.dimension;
    const even = this.dimension - (this.dimension % 4);
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0; i < even; i += 4) {
      const at = start + i;
      a += (data[at] as number) * (query[i] as number);
      b += (data[at + 1] as number) * (query[i + 1] as number);
      c += (data[at + 2] as number) * (query[i + 2] as number);
      d += (data[at + 3] as number) * (query[i + 3] as number);
    }
    for (let i = even; i < this.dimension; i++) a += (data[start + i] as number) * (query[i] as number);
    return a + b + c + d;
  }

  get bytes(): number {
    return (this.#blocks.length - this.#vacant.length) * ROWS * this.dimension * 4;
  }

  #grow(): number {
    const number = this.#vacant.pop() ?? this.#blocks.length;
    const free = Array.from({ length: ROWS }, (_, index) => ROWS - 1 - index);
    this.#blocks[number] = { data: new Float32Array(ROWS * this.dimension), free };
    this.#open.push(number);
    return number;
  }

  #block(number: number): Block {
    const block = this.#blocks[number];
    if (block === undefined) throw new Error(`vector block ${number} was given back`);
    return block;
  }
}

interface Block {
  readonly data: Float32Array;
  /** Places without a vector, the lowest last. */
  readonly free: number[];
}

const ROWS = 128;

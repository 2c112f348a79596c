/**
 * Rows of vectors of unit length in a few large blocks, whatever scope they belong to. One typed array per vector would cost
 * a third of a small vector again in bookkeeping and give the garbage collector one more object per entry to walk.
 *
 * A component is kept in 16 bits, as its share of the row's largest: half the memory of floats, and a cosine is off by some
 * millionths.
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
    let largest = 0;
    for (const component of vector) largest = Math.max(largest, Math.abs(component));
    const steps = most / largest;
    let square = 0;
    for (let i = 0; i < this.dimension; i++) {
      const share = Math.round((vector[i] as number) * steps);
      block.data[place * this.dimension + i] = share;
      square += share * share;
    }
    // So what is read has unit length again, and stored once more it stays what it is.
    block.units[place] = 1 / Math.sqrt(square);
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
    const { data, units } = this.#block(Math.floor(row / ROWS));
    const start = (row % ROWS) * this.dimension;
    const unit = units[row % ROWS] as number;
    const vector = new Float32Array(this.dimension);
    for (let i = 0; i < this.dimension; i++) vector[i] = (data[start + i] as number) * unit;
    return vector;
  }

  /** Four sums at once, because one sum would make every addition wait for the one before it. */
  dot(row: number, query: Float32Array): number {
    const { data, units } = this.#block(Math.floor(row / ROWS));
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
    return (a + b + c + d) * (units[row % ROWS] as number);
  }

  get bytes(): number {
    return (this.#blocks.length - this.#vacant.length) * ROWS * (this.dimension * 2 + 4);
  }

  #grow(): number {
    const number = this.#vacant.pop() ?? this.#blocks.length;
    const free = Array.from({ length: ROWS }, (_, index) => ROWS - 1 - index);
    this.#blocks[number] = {
      data: new Int16Array(ROWS * this.dimension),
      units: new Float32Array(ROWS),
      free,
    };
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
  readonly data: Int16Array;
  /** What one step of a row's components is worth. */
  readonly units: Float32Array;
  /** Places without a vector, the lowest last. */
  readonly free: number[];
}

const ROWS = 256;
/** Steps between nothing and a row's largest component. */
const most = 2 ** 15 - 1;

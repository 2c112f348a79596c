/**
 * Values by whole numbers from 0 to 2³¹ − 2, many of which may lead to one value: a `Map` takes 28 to 56 bytes for each key, this
 * 10 to 15, and the collection of garbage need not look through it. Open addressing with linear probing; what is deleted leaves no
 * mark behind, since those after it move up (Knuth, The Art of Computer Programming 3, 6.4, algorithm R). It does not become
 * smaller again.
 */
export class KeyTable<Value extends object> {
  /** One more than the key; 0 where nothing is. */
  #keys = new Int32Array(smallest);
  /** Of the value, in `#values`. */
  #handles = new Int32Array(smallest);
  readonly #values: (Value | undefined)[] = [];
  /** How many keys lead to each value, and one more while it is held. */
  readonly #uses: number[] = [];
  readonly #free: number[] = [];
  size = 0;

  /** A handle for `set`, good until it is given to `release`; the value stays for as long as a key leads to it. */
  hold(value: Value): number {
    const handle = this.#free.pop() ?? this.#values.length;
    this.#values[handle] = value;
    this.#uses[handle] = 1;
    return handle;
  }

  release(handle: number): void {
    if (--this.#uses[handle]! > 0) return;
    this.#values[handle] = undefined;
    this.#free.push(handle);
  }

  get(key: number): Value | undefined {
    const at = this.#find(key);
    return this.#keys[at] === 0 ? undefined : this.#values[this.#handles[at]!];
  }

  set(key: number, handle: number): void {
    this.#uses[handle]!++;
    const at = this.#find(key);
    if (this.#keys[at] === 0) {
      this.#keys[at] = key + 1;
      this.#handles[at] = handle;
      this.size++;
      if (this.size > this.#keys.length * fullest) this.#grow();
    } else {
      const before = this.#handles[at]!;
      this.#handles[at] = handle;
      this.release(before);
    }
  }

  delete(key: number): void {
    let hole = this.#find(key);
    if (this.#keys[hole] === 0) return;
    this.release(this.#handles[hole]!);
    this.size--;
    const { length } = this.#keys;
    for (let at = this.#after(hole); this.#keys[at] !== 0; at = this.#after(at)) {
      // It stays where it is if that is nearer to its home than the hole would be.
      const home = this.#home(this.#keys[at]! - 1);
      if ((at - home + length) % length < (at - hole + length) % length) continue;
      this.#keys[hole] = this.#keys[at]!;
      this.#handles[hole] = this.#handles[at]!;
      hole = at;
    }
    this.#keys[hole] = 0;
  }

  /** Where the key is, or the free place where it would be. */
  #find(key: number): number {
    let at = this.#home(key);
    while (this.#keys[at] !== 0 && this.#keys[at] !== key + 1) at = this.#after(at);
    return at;
  }

  #after(at: number): number {
    return at + 1 === this.#keys.length ? 0 : at + 1;
  }

  /** Multiplied by the golden ratio, keys that are alike are far apart; the upper bits choose among any number of places. */
  #home(key: number): number {
    return Math.floor(((Math.imul(key, 0x9e3779b1) >>> 0) / 2 ** 32) * this.#keys.length);
  }

  #grow(): void {
    const keys = this.#keys;
    const handles = this.#handles;
    const length = Math.ceil(keys.length * 1.5);
    this.#keys = new Int32Array(length);
    this.#handles = new Int32Array(length);
    for (let from = 0; from < keys.length; from++) {
      const key = keys[from]!;
      if (key === 0) continue;
      const at = this.#find(key - 1);
      this.#keys[at] = key;
      this.#handles[at] = handles[from]!;
    }
  }
}

const smallest = 8;
const fullest = 0.8;

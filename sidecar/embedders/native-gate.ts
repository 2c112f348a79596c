/**
 * Counts the threads that are inside the native runtime. A thread that is ended in there aborts the whole process
 * (exit code 134: the binding throws through C++ when it finds its environment gone), so nobody may end one meanwhile.
 */
export type NativeGate = Int32Array<SharedArrayBuffer>;

export const nativeGate = (): NativeGate => new Int32Array(new SharedArrayBuffer(4));

export async function insideNative<T>(gate: NativeGate, work: () => Promise<T>): Promise<T> {
  Atomics.add(gate, 0, 1);
  try {
    return await work();
  } finally {
    Atomics.sub(gate, 0, 1);
    Atomics.notify(gate, 0);
  }
}

/** Blocks; for the `exit` event, where nothing else can wait any more. */
export function waitUntilOutside(gate: NativeGate, atMostMs: number): void {
  const end = performance.now() + atMostMs;
  for (let inside = Atomics.load(gate, 0); inside > 0; inside = Atomics.load(gate, 0)) {
    if (Atomics.wait(gate, 0, inside, Math.max(0, end - performance.now())) === 'timed-out') return;
  }
}

/** A map of bounded size: beyond it, the entry that was set or touched longest ago goes. */
export class LruMap<K, V> {
  // Maps keep insertion order: the first entry is the one used longest ago.
  readonly #entries = new Map<K, V>();
  readonly #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** The value of a key; leaves its age as it is. */
  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Sets a value and makes it the newest. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#maxSize) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest as K);
  }

  /** Whether there was such an entry. */
  delete(key: K): boolean {
    return this.#entries.delete(key);
  }
}

/** A map that remembers what was looked up last: of what happens in a row, most concerns the same. */
export class RememberingMap<K, V> extends Map<K, V> {
  #key: K | undefined;
  #value: V | undefined;

  override get(key: K): V | undefined {
    if (key === this.#key) return this.#value;
    this.#key = key;
    this.#value = super.get(key);
    return this.#value;
  }

  override set(key: K, value: V): this {
    this.#key = key;
    this.#value = value;
    return super.set(key, value);
  }

  override delete(key: K): boolean {
    if (key === this.#key) this.#value = undefined;
    return super.delete(key);
  }

  override clear(): void {
    this.#value = undefined;
    super.clear();
  }
}

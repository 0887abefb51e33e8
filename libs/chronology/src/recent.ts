/**
 * A map that keeps at most twice `capacity` entries: those used lately. Two generations; when the young one
 * is full it becomes the old one and the old one is dropped. A read is one lookup (two for an entry of the
 * old generation), where a strict least-recently-used map would delete and insert at each.
 */
export class Recent<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  constructor(private readonly capacity: number) {}

  get(key: K): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.capacity) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }
}

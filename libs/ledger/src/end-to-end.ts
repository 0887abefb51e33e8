/** Rooms that the statements before have left, to be used again: each statement's own would be garbage at once. */
const spareRooms: Buffer[] = [];
const roomsKept = 4;
const leastRoom = 2 ** 16;
const mostKept = 2 ** 22;

/** Texts and bytes laid end to end in one room. */
export class EndToEnd {
  private room = spareRooms.pop() ?? Buffer.allocUnsafeSlow(leastRoom);
  private filled = 0;

  /** Bytes laid so far. */
  get length(): number {
    return this.filled;
  }

  put(value: Buffer | string): void {
    if (typeof value === 'string') {
      // No UTF-16 unit takes more than three bytes of UTF-8.
      this.makeRoom(3 * value.length);
      this.filled += this.room.write(value, this.filled);
    } else {
      this.makeRoom(value.length);
      this.room.set(value, this.filled);
      this.filled += value.length;
    }
  }

  /** A whole number of 32 bits, as Postgres reads it in binary form. */
  putInt32(value: number): void {
    this.makeRoom(4);
    this.filled = this.room.writeInt32BE(value, this.filled);
  }

  /** Puts a number of 32 bits in the place of one that was laid before. */
  setInt32(value: number, at: number): void {
    this.room.writeInt32BE(value, at);
  }

  /** Good until `leave`. */
  bytes(): Buffer {
    return this.room.subarray(0, this.filled);
  }

  /** Once nobody reads the bytes any more. */
  leave(): void {
    if (spareRooms.length < roomsKept && this.room.length <= mostKept) spareRooms.push(this.room);
  }

  private makeRoom(more: number): void {
    if (this.filled + more <= this.room.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.filled + more));
    larger.set(this.bytes());
    this.room = larger;
  }
}

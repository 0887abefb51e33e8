import process from 'node:process';

/** How often the line is drawn anew, in ms. */
const interval = 100;

/** A line on stderr that says how far a command is; nothing where stderr is not a terminal. */
export class Progress {
  private drawnAt = -Infinity;
  private readonly began = performance.now();

  constructor(private readonly what: string) {}

  /** `done` of `total`; total 0 where it is not known. */
  show(done: number, total: number): void {
    this.draw(total === 0 ? 1 : done / total, `${done} of ${total}`, done);
  }

  /** Of a file: how far it is read, of `size` bytes (0 where nobody knows), and how many lines that were. */
  showBytes(read: number, size: number, lines: number): void {
    this.draw(size === 0 ? undefined : read / size, `${lines} lines`, lines);
  }

  private draw(share: number | undefined, counted: string, done: number): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.drawnAt < interval) return;
    this.drawnAt = now;
    const bar = '█'.repeat(Math.round((share ?? 0) * 20)).padEnd(20, '░');
    const rate = Math.round((done / Math.max(1, now - this.began)) * 1000);
    const part = share === undefined ? '' : `${bar} ${Math.floor(share * 100)} % · `;
    this.write(`${this.what} ${part}${counted} · ${rate}/s`);
  }

  /** Takes the line away: what is printed next stands in its place. */
  clear(): void {
    if (process.stderr.isTTY && this.drawnAt > 0) this.write('');
  }

  private write(line: string): void {
    process.stderr.write(`\r\u001b[2K${line}`);
  }
}

/** Archives taken apart and put together anew, by other code than the one that writes them. */
export interface TarFile {
  name: string;
  bytes: Buffer;
}

const block = 512;
const upToBlock = (length: number) => Math.ceil(length / block) * block;

export function untar(tar: Buffer): TarFile[] {
  const files: TarFile[] = [];
  for (let at = 0; tar[at] !== 0;) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const name = tar.toString('latin1', at, at + 100).replace(/\0+$/, '');
    files.push({ name, bytes: tar.subarray(at + block, at + block + size) });
    at += block + upToBlock(size);
  }
  return files;
}

export function tar(files: TarFile[]): Buffer {
  const parts = files.flatMap(({ name, bytes }) => {
    const padding = Buffer.alloc(upToBlock(bytes.length) - bytes.length);
    return [tarHeader(name, bytes.length), bytes, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** As an export writes it. @param size bytes that it says will follow */
export function tarHeader(name: string, size: number): Buffer {
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  const fields: [at: number, text: string][] = [
    [0, name],
    [100, '0000644\0'],
    [108, '0000000\0'],
    [116, '0000000\0'],
    [124, `${octal(size, 11)}\0`],
    [136, `${octal(0, 11)}\0`],
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\x0000'],
    [329, '0000000\0'],
    [337, '0000000\0'],
  ];
  const header = Buffer.alloc(block);
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return header;
}

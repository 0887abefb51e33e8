// Leaves in a source map what leads to this repository's files. Node reads the maps of all it loads at each start, and
// those of packages are five times as large.
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOf = new Map([...digits].map((digit, value) => [digit, value]));

/** @param {{sources: string[], mappings: string}} map ECMA-426 (version 3) */
export function ownMappings(map) {
  const own = map.sources.map((source) => !source.includes('node_modules/'));
  // Source, line, column and name count on from segment to segment over all lines; the generated column within one.
  const [read, written] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  let inside = false;
  const lines = map.mappings.split(';').map((line) => {
    let [column, writtenColumn] = [0, 0];
    const segments = [];
    for (const segment of line === '' ? [] : line.split(',')) {
      const [columns, ...steps] = decode(segment);
      column += columns;
      steps.forEach((step, field) => (read[field] += step));
      const isOwn = steps.length > 0 && own[read[0]];
      // One segment without a source ends what was ours, else all that follows would seem to be our last line.
      if (!isOwn && !inside) continue;
      const fields = isOwn ? steps.map((_, field) => read[field] - written[field]) : [];
      fields.forEach((step, field) => (written[field] += step));
      segments.push(encode([column - writtenColumn, ...fields]));
      [writtenColumn, inside] = [column, isOwn];
    }
    return segments.join(',');
  });
  return {
    ...map,
    sources: map.sources.map((source, at) => (own[at] ? source : null)),
    mappings: lines.join(';'),
  };
}

/** Base 64 VLQ: five bits a digit, the lowest first; the last bit of the first is the sign. */
function decode(segment) {
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = valueOf.get(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

function encode(numbers) {
  let text = '';
  for (const number of numbers) {
    let value = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      const bits = value & 31;
      value >>>= 5;
      text += digits[value > 0 ? bits | 32 : bits];
    } while (value > 0);
  }
  return text;
}

/** The same questions to a short and to a long ledger, in turn, held to a ratio of their slowest hundredth. */
import { HttpConnection } from './http-connection.js';
import type { LargeLedger } from './large-ledger.js';
import type { Row } from './measure.js';
import { alternate, percentile, rowOf } from './measure.js';
import { seededRandom } from './random.js';
import type { Bar, Outcome } from './report.js';
import { atMost } from './report.js';
import type { Service } from './service.js';

export interface Question {
  name: string;
  short: LargeLedger;
  long: LargeLedger;
  /** What follows a timeline's path; both ledgers are asked at the same shares of what they hold. */
  draw(random: () => number, ledger: LargeLedger): string;
  /** In one turn, one after the other on one connection. */
  requests: number;
  /** The bar is for each byte told: where there is more to tell in a long ledger, whatever is asked. */
  perByte?: boolean;
}

/** p99 in the long ledger is to be at most so many times that in the short one. */
const most = 3;

export async function compareLatencies(
  service: Service,
  questions: Question[],
  repeats: number,
): Promise<Pick<Outcome, 'rows' | 'bars'> & { notes: Record<string, string> }> {
  const connection = await HttpConnection.open(service.port);
  try {
    const asked = questions.flatMap(({ name, short, long, draw, requests }, at) =>
      [short, long].map((ledger) => {
        const random = seededRandom(at + 1);
        const ask = () => onTheWire(service, ledger.path + draw(random, ledger));
        return { name: `${name}, ${ledger.size} developments`, requests, ask, turns: [] as Turn[] };
      }),
    );
    const contenders = asked.map(({ name, requests, ask, turns }) => ({
      name,
      unit: 'ms, p99',
      run: async () => {
        const turn = await timeRequests(connection, requests, ask);
        turns.push(turn);
        return percentile(turn.times, 99);
      },
    }));
    const p99s = await alternate(contenders, repeats);
    const times = asked.map(({ turns }) => turns.flatMap((turn) => turn.times));
    const rows = p99s.flatMap((row, at): Row[] => [
      rowOf(row.name, 'ms, p50', [percentile(times[at]!, 50)]),
      { ...rowOf(row.name, 'ms, p99', [percentile(times[at]!, 99)]), samples: row.samples },
    ]);
    const bars = questions.map(({ name, short, long, perByte = false }, at): Bar => {
      const [before, after] = [2 * at, 2 * at + 1].map((row) => {
        return percentile(times[row]!, 99) / (perByte ? meanBytes(asked[row]!.turns) : 1);
      });
      const claim = `p99 ${perByte ? 'for each byte told ' : ''}at ${long.size} / at ${short.size} developments, ${name}`;
      return atMost(claim, most, after! / before!);
    });
    return { rows, bars, notes: Object.fromEntries(asked.map(answersOf)) };
  } finally {
    connection.close();
  }
}

interface Turn {
  /** Milliseconds of each request. */
  times: number[];
  /** Of all answers. */
  bytes: number;
}

/** After some requests that do not count. Throws on any answer but 200. */
async function timeRequests(connection: HttpConnection, requests: number, ask: () => string): Promise<Turn> {
  const turn: Turn = { times: [], bytes: 0 };
  for (let n = -Math.ceil(requests / 8); n < requests; n++) {
    const request = ask();
    const began = performance.now();
    const { status, body } = await connection.send(request);
    const elapsed = performance.now() - began;
    if (status !== 200) throw new Error(`${request.split('\r\n')[0]} answered ${status}: ${body.toString()}`);
    if (n < 0) continue;
    turn.times.push(elapsed);
    turn.bytes += body.length;
  }
  return turn;
}

/** That the answers are alike in both ledgers, or how far they are not. */
function answersOf({ name, turns }: { name: string; turns: Turn[] }): [string, string] {
  return [`an answer, ${name}`, `${(meanBytes(turns) / 1000).toFixed(1)} kB`];
}

function meanBytes(turns: Turn[]): number {
  const requests = turns.reduce((sum, turn) => sum + turn.times.length, 0);
  return turns.reduce((sum, turn) => sum + turn.bytes, 0) / requests;
}

function onTheWire({ port, authorization }: Service, path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\n\r\n`;
}

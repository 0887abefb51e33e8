import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readNdjson } from '#libs/exchange';
import type { ImportTally, LineProblem } from './import-tally.js';

/** A line of the answer: a receipt, or why it ended. */
type Answer = { duplicate: boolean } | { line: number; problem: LineProblem };

/** Sends the bytes as they are to a service, and takes the receipts in while they go. */
export async function importOverHttp(
  url: URL,
  timeline: string,
  chunks: AsyncIterable<Buffer>,
  tally: ImportTally,
): Promise<void> {
  const path = `${url.pathname.replace(/\/$/, '')}/v1/timelines/${encodeURIComponent(timeline)}/developments`;
  const key = process.env['DATELINE_KEY']?.trim();
  const request = (url.protocol === 'https:' ? https : http).request(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...(key && { authorization: `Bearer ${key}` }) },
  });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  const lines = new LineCount(chunks);
  // A refusal may come, and the connection end, while lines still go out: the answer says more than that.
  const sent = pipeline(Readable.from(lines.counted()), request).then(
    () => undefined,
    (error: Error) => error,
  );
  try {
    const [response] = await answered;
    if (response.statusCode === 200) await takeReceipts(response, tally, lines);
    else tally.fail(await refusalIn(response));
  } catch (error) {
    tally.fail(`the connection to ${url.host} ended: ${(error as Error).message}; run it again to go on`);
  } finally {
    request.destroy();
    await sent;
  }
}

/** An answer that is cut off may look whole, where a proxy stands before the service: its receipts tell. */
async function takeReceipts(
  response: http.IncomingMessage,
  tally: ImportTally,
  lines: LineCount,
): Promise<void> {
  let answers = 0;
  for await (const group of readNdjson(response)) {
    for (const each of group) {
      if ('error' in each) throw each.error;
      const answer = each.value as Answer;
      if ('problem' in answer) return tally.refuse(answer.line, answer.problem);
      tally.receive([answer]);
      answers++;
    }
  }
  if (answers !== lines.toAnswer) throw new Error('before all lines were answered');
}

/** Counts the lines that want an answer: all but those of white space alone (docs/IMPORT.md). */
class LineCount {
  /** Undefined until all are read. */
  toAnswer: number | undefined;

  constructor(private readonly chunks: AsyncIterable<Buffer>) {}

  async *counted(): AsyncGenerator<Buffer, void, void> {
    let lines = 0;
    let blank = true;
    for await (const chunk of this.chunks) {
      for (const byte of chunk) {
        if (byte === 0x0a) {
          if (!blank) lines++;
          blank = true;
        } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) blank = false;
      }
      yield chunk;
    }
    this.toAnswer = lines + (blank ? 0 : 1);
  }
}

async function refusalIn(response: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  try {
    const { code, detail } = JSON.parse(text) as LineProblem;
    return `${response.statusCode} ${code}: ${detail}`;
  } catch {
    return `it answered ${response.statusCode}, and not as Dateline does`;
  }
}

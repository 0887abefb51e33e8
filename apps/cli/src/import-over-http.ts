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
  // A refusal may come, and the connection end, while lines still go out: the answer says more than that.
  const sent = pipeline(Readable.from(chunks), request).then(
    () => undefined,
    (error: Error) => error,
  );
  try {
    const [response] = await answered;
    if (response.statusCode === 200) await takeReceipts(response, tally);
    else tally.fail(await refusalIn(response));
  } catch (error) {
    tally.fail(`the connection to ${url.host} ended: ${(error as Error).message}; run it again to go on`);
  } finally {
    request.destroy();
    await sent;
  }
}

async function takeReceipts(response: http.IncomingMessage, tally: ImportTally): Promise<void> {
  for await (const group of readNdjson(response)) {
    for (const each of group) {
      if ('error' in each) throw each.error;
      const answer = each.value as Answer;
      if ('problem' in answer) tally.refuse(answer.line, answer.problem);
      else tally.receive([answer]);
    }
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

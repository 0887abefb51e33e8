/** Every limit that a client or an operator can meet, with the number, what says no, and how to stay under it. */
import { lineLimit } from '#libs/exchange';
import { pageBytes, queueLimit } from '#libs/ledger';
import { mostAtOnce } from './developments/developments.controller.js';
import { bodyLimit } from './http/body-gate.js';
import { headersTimeout, keepAliveTimeout } from './http/create-adapter.js';
import { defaultEdge } from './http/edge-settings.js';
import { addressCounts } from './http/rate-limit.js';
import { headerLimit } from './http/client-errors.js';
import { arrivalLimit, longestSilence } from './http/request-deadline.js';
import { mostInPage } from './http/query-fields.js';
import { catchingUp, heartbeat, readerBound } from './stream/event-connection.js';

export interface Limit {
  of: string;
  most: string;
  /** Status and code of the refusal, or what happens instead. */
  beyond: string;
  /** How to stay under it, or the setting that moves it. */
  mend: string;
}

const mebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`;
const kibibytes = (bytes: number) => `${bytes / 1024} KiB`;
const seconds = (ms: number) => `${ms / 1000} s`;
const count = (number: number) => number.toLocaleString('en');

export const limits: Limit[] = [
  limit('a JSON body', mebibytes(bodyLimit), '413 `too-large`', 'several requests, or NDJSON'),
  limit('nesting of JSON', '32', '400 `malformed-json`', 'flatter JSON'),
  limit('developments in an array', count(mostAtOnce), '400 `malformed`', 'several requests, or NDJSON'),
  limit('a line of NDJSON', kibibytes(lineLimit), 'the import ends at that line', 'shorter lines'),
  limit('request line and headers, together', kibibytes(headerLimit), '431 `headers-too-large`', 'fewer'),
  limit('a page of a list', count(mostInPage), '400 `invalid-parameter`', '`after`, the cursor'),
  limit(
    'developments in a page of the log, beside its number',
    mebibytes(pageBytes),
    'it is shorter',
    '`next`, as ever',
  ),
  limit('headers to arrive', seconds(headersTimeout), '408 `request-timeout`', 'send at once'),
  limit(
    'a whole request to arrive',
    seconds(arrivalLimit),
    '408 `request-timeout`',
    'NDJSON has no such end',
  ),
  limit(
    'silence in an import',
    seconds(longestSilence),
    'it is cut; what has a receipt stays',
    'send it again',
  ),
  limit('silence while an answer is not read', seconds(longestSilence), 'it is cut', 'read it; ask for less'),
  limit('an idle connection', seconds(keepAliveTimeout), 'it is closed', 'connect again'),
  limit('a connection’s silence in a stream', seconds(heartbeat), 'a comment is sent', ''),
  limit('unread bytes of a stream', mebibytes(readerBound), 'its reader is dropped', 'Last-Event-ID'),
  limit(
    'a stretch of a stream that is behind to be read',
    seconds(catchingUp),
    'its reader is dropped',
    'Last-Event-ID',
  ),
  limit(
    'streams, replays and imports of one key, or of one address without',
    count(defaultEdge.streams.perCaller),
    '429 `too-many-streams`',
    '`DATELINE_STREAMS_PER_CALLER`',
  ),
  limit(
    'streams, replays and imports in total',
    count(defaultEdge.streams.inAll),
    '503 `service-full`',
    '`DATELINE_STREAMS`',
  ),
  limit('connections', count(defaultEdge.connections), 'it is closed', '`DATELINE_CONNECTIONS`'),
  limit(
    'requests of one key, or of one address without',
    'none',
    '429 `rate-limited`',
    '`DATELINE_RATE_LIMIT`',
  ),
  limit('counts of requests without a key', count(addressCounts), 'addresses share them', ''),
  limit(
    'entries that wait to be recorded, a timeline',
    count(queueLimit),
    '503 `ledger-busy`',
    'try again later',
  ),
];

function limit(of: string, most: string, beyond: string, mend: string): Limit {
  return { of, most, beyond, mend };
}

/** The one place that knows which status an expected error has, and what it is called (RFC 9457). */
import type { LineTooLong, MalformedJson } from '#libs/exchange';
import type { KeyEnded, KeyTooWide, UnknownKey } from '#libs/access';
import type { FoldIsNewer } from '#libs/situations';
import type { LedgerBusy, TilesMissing, UnknownTimeline } from '#libs/ledger';
import type { LogInconsistent } from '#libs/notary';
import type {
  DevelopmentRefused,
  InvalidCursor,
  InvalidInput,
  InvalidParameter,
  NotACorrection,
  NotCaughtUp,
  NotYoursToRecord,
  TimelineExists,
  TooMuchToProve,
  UnknownActor,
  UnknownDevelopment,
  UnknownMatter,
  UnknownTile,
  UnknownPlace,
} from '#libs/timelines';

/** Codes of the libraries' error classes. */
type LibraryCode = (
  | FoldIsNewer
  | InvalidCursor
  | InvalidInput
  | InvalidParameter
  | KeyEnded
  | KeyTooWide
  | NotACorrection
  | LedgerBusy
  | LineTooLong
  | LogInconsistent
  | MalformedJson
  | NotCaughtUp
  | NotYoursToRecord
  | TilesMissing
  | TimelineExists
  | TooMuchToProve
  | UnknownActor
  | UnknownDevelopment
  | UnknownKey
  | UnknownMatter
  | UnknownTile
  | UnknownPlace
  | UnknownTimeline
  | DevelopmentRefused
)['code'];

/** What is refused before any use case sees it, or after one failed. */
export type EdgeCode =
  | 'database-away'
  | 'database-busy'
  | 'database-full'
  | 'expectation-failed'
  | 'forbidden'
  | 'headers-too-large'
  | 'internal'
  | 'invalid-header'
  | 'key-in-url'
  | 'malformed-request'
  | 'method-not-allowed'
  | 'not-found'
  | 'not-ready'
  | 'rate-limited'
  | 'request-timeout'
  | 'service-full'
  | 'too-large'
  | 'unauthenticated'
  | 'too-many-streams'
  | 'unsupported-media-type';

export type ErrorCode = LibraryCode | EdgeCode;

export interface CatalogueEntry {
  status: number;
  title: string;
  /** Seconds after which the same request may succeed. */
  retryAfter?: number;
}

export const catalogue = {
  'malformed-json': { status: 400, title: 'The body is not unambiguous JSON' },
  malformed: { status: 400, title: 'The body is not of the form it must have' },
  'malformed-request': { status: 400, title: 'The request is not HTTP that this service understands' },
  'invalid-parameter': { status: 400, title: 'A query parameter is wrong' },
  'invalid-header': { status: 400, title: 'A request header is wrong' },
  'invalid-cursor': { status: 400, title: 'The cursor is not one that this list gave out' },
  'key-in-url': { status: 400, title: 'A key must not stand in an address' },
  unauthenticated: { status: 401, title: 'A key is needed that this service takes' },
  forbidden: { status: 403, title: 'The key is not for this' },
  'key-too-wide': { status: 403, title: 'The key is for more than the one that asks for it' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'unknown-timeline': { status: 404, title: 'There is no such timeline' },
  'unknown-matter': { status: 404, title: 'There is no such matter at this point' },
  'unknown-actor': { status: 404, title: 'There is no such actor at this point' },
  'unknown-place': { status: 404, title: 'There is no such place at this point' },
  'unknown-development': { status: 404, title: 'There is no such development' },
  'unknown-tile': { status: 404, title: 'There is no such tile, or not so much of it yet' },
  'unknown-key': { status: 404, title: 'There is no such key' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'timeline-exists': { status: 409, title: 'The slug is taken by another timeline' },
  'key-ended': { status: 409, title: 'The key has ended already' },
  'conflicting-id': { status: 409, title: 'The id is taken by other content' },
  'version-mismatch': { status: 412, title: 'The matter is at another version' },
  'too-large': { status: 413, title: 'The body is too large' },
  'line-too-long': { status: 413, title: 'A line is too long' },
  'unsupported-media-type': { status: 415, title: 'The body is of a media type that is not accepted' },
  'expectation-failed': { status: 417, title: 'The request expects what this service does not do' },
  refused: { status: 422, title: 'Well-formed, but refused' },
  'kind-defined': { status: 422, title: 'There is a kind of that name, and it means something else' },
  'kind-stands': { status: 422, title: 'The definition of a kind cannot be taken back' },
  'registry-stands': { status: 422, title: 'An entry of the registry cannot be corrected' },
  'unknown-kind': { status: 422, title: 'The timeline has no such kind' },
  'matter-has-kind': { status: 422, title: 'The matter is of another kind' },
  'unknown-target': { status: 422, title: 'The target is not a development that can be decided about' },
  'occurred-not-supported': { status: 422, title: 'The time has no bounds that can be computed' },
  'type-leaves-kind': { status: 422, title: 'A correction cannot change the kind of its target' },
  'not-a-correction': { status: 422, title: 'The development corrects or retracts nothing' },
  'unknown-phase': { status: 422, title: 'The kind has no such phase' },
  'nothing-to-destroy': { status: 422, title: 'The target has no content that can be redacted' },
  'recorded-too-late': { status: 422, title: 'Its embargo would be over as it is recorded' },
  'redaction-would-release': { status: 422, title: 'Redacting it would show what it withholds' },
  'too-much-to-prove': { status: 422, title: 'What it follows from is too much for one answer' },
  'rate-limited': { status: 429, title: 'Too many requests', retryAfter: 1 },
  'too-many-streams': { status: 429, title: 'Too many long answers are open', retryAfter: 5 },
  'headers-too-large': { status: 431, title: 'The request headers are too large' },
  internal: { status: 500, title: 'The service failed' },
  'ledger-busy': { status: 503, title: 'Too much is waiting to be recorded', retryAfter: 1 },
  'log-inconsistent': {
    status: 503,
    title: 'The ledger does not go on from what was signed',
    retryAfter: 60,
  },
  'tiles-missing': { status: 503, title: 'Parts of the ledger’s tree are missing', retryAfter: 60 },
  'database-away': { status: 503, title: 'The database does not answer', retryAfter: 2 },
  'database-busy': { status: 503, title: 'No connection to the database came free in time', retryAfter: 2 },
  'database-full': { status: 503, title: 'The disk of the database is full', retryAfter: 30 },
  'fold-is-newer': { status: 503, title: 'The read models are of a later release', retryAfter: 60 },
  'not-caught-up': { status: 503, title: 'The position asked for is not recorded yet', retryAfter: 1 },
  'service-full': { status: 503, title: 'The service has no room for another long answer', retryAfter: 10 },
  'not-ready': { status: 503, title: 'The service cannot do its work', retryAfter: 5 },
} satisfies Record<ErrorCode, CatalogueEntry>;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code);
}

export function entryOf(code: ErrorCode): CatalogueEntry {
  return catalogue[code];
}

/** Stable, and a name rather than an address: it is the same on every host. */
export function problemType(code: ErrorCode): string {
  return `urn:dateline:problem:${code}`;
}

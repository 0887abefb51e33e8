/** Every route of the service, as its document tells it. */
import { DevelopmentQuery, LogQuery } from '../developments/development-queries.js';
import { AtLeastQuery } from '../http/at-least-query.js';
import type { ErrorCode } from '../http/problem-catalogue.js';
import { NoQuery, type QueryClass } from '../http/query-pipe.js';
import {
  DiffQuery,
  MatterHistoryQuery,
  MatterQuery,
  ProvableMatterQuery,
  ReplayQuery,
  SituationQuery,
} from '../situation/situation-query.js';
import { ConsistencyQuery, InclusionQuery } from '../log/log-query.js';
import { AuditQuery } from '../keys/audit.controller.js';
import { KeysQuery } from '../keys/keys.controller.js';
import { StreamQuery } from '../stream/stream-query.js';
import { TimelinesQuery } from '../timelines/timelines.controller.js';
import { either, type JsonSchema, list, page, ref, text } from './json-schema.js';

interface DocumentedAnswer {
  description: string;
  schema: JsonSchema;
  media?: string;
  /** What `Accept` may ask for instead, by media type. */
  instead?: Record<string, JsonSchema>;
  headers?: string[];
}

export interface DocumentedRoute {
  method: 'get' | 'post' | 'delete';
  path: string;
  operationId: string;
  summary: string;
  query: QueryClass<object>;
  body?: JsonSchema;
  bodyOptional?: true;
  /** Takes NDJSON too, each line of the first schema, and answers it with status 200 in lines of the second. */
  streamed?: { line: JsonSchema; answer: JsonSchema };
  /** Takes If-Match. */
  guarded?: true;
  /** Takes Last-Event-ID. */
  resumed?: true;
  /** Successful answers, of JSON unless told. A read has an ETag, and 304 besides. */
  answers: Record<number, DocumentedAnswer>;
  problems: ErrorCode[];
}

const atPoint: ErrorCode[] = ['unknown-timeline', 'not-caught-up'];
const story = '/v1/timelines/{timeline}';

function read(
  path: string,
  operationId: string,
  summary: string,
  query: QueryClass<object>,
  schema: JsonSchema,
  problems: ErrorCode[] = [],
): DocumentedRoute {
  return {
    method: 'get',
    path,
    operationId,
    summary,
    query,
    answers: { 200: { description: summary, schema, headers: ['ETag', 'Link'] } },
    problems,
  };
}

const ofLog: ErrorCode[] = [...atPoint, 'log-inconsistent', 'tiles-missing'];

/** A read of plain text about a timeline's log. */
function logText(name: string, operationId: string, summary: string): DocumentedRoute {
  return {
    method: 'get',
    path: `${story}/log/${name}`,
    operationId,
    summary,
    query: AtLeastQuery,
    answers: { 200: { description: summary, schema: text, media: 'text/plain', headers: ['ETag'] } },
    problems: ofLog,
  };
}

const receipts = either(ref('Receipt'), { ...list(ref('Receipt')), minItems: 1, maxItems: 1000 });

const bodyProblems: ErrorCode[] = ['malformed-json', 'malformed', 'too-large', 'unsupported-media-type'];

const keyRoutes: DocumentedRoute[] = [
  read('/v1/keys', 'listKeys', 'The keys for timelines of one’s own key', KeysQuery, page(ref('Key')), [
    'invalid-cursor',
  ]),
  {
    method: 'post',
    path: '/v1/keys',
    operationId: 'createKey',
    summary: 'Make a key; this answer is the one place where it stands',
    query: NoQuery,
    body: ref('KeyInput'),
    answers: { 201: { description: 'It is made', schema: ref('NewKey') } },
    problems: [...bodyProblems, 'refused', 'key-too-wide'],
  },
  {
    method: 'post',
    path: '/v1/keys/{key}/rotate',
    operationId: 'rotateKey',
    summary: 'Make a key with the same grant in place of another',
    query: NoQuery,
    body: ref('RotationInput'),
    bodyOptional: true,
    answers: { 201: { description: 'It is made', schema: ref('NewKey') } },
    problems: [...bodyProblems, 'unknown-key', 'not-found', 'key-ended'],
  },
  {
    method: 'delete',
    path: '/v1/keys/{key}',
    operationId: 'revokeKey',
    summary: 'Revoke a key: its next call is refused, and its open streams end',
    query: NoQuery,
    answers: { 200: { description: 'It is revoked', schema: ref('Key') } },
    problems: ['unknown-key', 'not-found'],
  },
  read('/v1/audit', 'readAudit', 'What the gate saw, the latest first', AuditQuery, page(ref('GateEvent')), [
    'invalid-cursor',
  ]),
];

export const documentedRoutes: DocumentedRoute[] = [
  ...keyRoutes,
  read('/v1/timelines', 'listTimelines', 'The timelines, by slug', TimelinesQuery, page(ref('Timeline')), [
    'invalid-cursor',
  ]),
  {
    method: 'post',
    path: '/v1/timelines',
    operationId: 'createTimeline',
    summary: 'Make a timeline, with an empty ledger',
    query: NoQuery,
    body: ref('TimelineInput'),
    answers: { 201: { description: 'It is made', schema: ref('Timeline'), headers: ['Location'] } },
    problems: [
      'malformed-json',
      'malformed',
      'timeline-exists',
      'too-large',
      'unsupported-media-type',
      'refused',
    ],
  },
  read(story, 'getTimeline', 'One timeline', AtLeastQuery, ref('Timeline'), atPoint),
  read(`${story}/developments`, 'readLog', 'The log by position', LogQuery, page(ref('Development')), [
    ...atPoint,
    'invalid-cursor',
  ]),
  {
    method: 'post',
    path: `${story}/developments`,
    operationId: 'recordDevelopments',
    summary:
      'Record one development, or an array of 1 to 1,000: all of them or none; or, as NDJSON, any number of them: ' +
      'up to the first that is refused. What has a receipt is on disk and stays.',
    query: NoQuery,
    body: either(ref('DevelopmentInput'), { ...list(ref('DevelopmentInput')), minItems: 1, maxItems: 1000 }),
    streamed: { line: ref('DevelopmentInput'), answer: either(ref('Receipt'), ref('LineRefused')) },
    guarded: true,
    answers: {
      201: { description: 'On disk; something of it is new', schema: receipts, headers: ['Location'] },
      200: {
        description: 'All of it was recorded before: the first receipts',
        schema: receipts,
        headers: ['Location'],
      },
    },
    problems: [
      ...(['malformed-json', 'malformed', 'invalid-header', 'unknown-timeline', 'conflicting-id'] as const),
      ...(['version-mismatch', 'too-large', 'unsupported-media-type', 'refused', 'matter-has-kind'] as const),
      ...([
        'unknown-target',
        'unknown-kind',
        'kind-defined',
        'kind-stands',
        'registry-stands',
        'occurred-not-supported',
        'type-leaves-kind',
        'unknown-phase',
        'fold-is-newer',
        'nothing-to-destroy',
        'redaction-would-release',
        'recorded-too-late',
        'ledger-busy',
      ] as const),
    ],
  },
  read(
    `${story}/developments/{id}`,
    'getDevelopment',
    'One development as recorded, as it counts now, and what the desk decided about it',
    DevelopmentQuery,
    ref('DevelopmentWithDesk'),
    [...atPoint, 'unknown-development', 'not-found', 'log-inconsistent', 'tiles-missing'],
  ),
  read(
    `${story}/developments/{id}/impact`,
    'getImpact',
    'Where a wrong answer was served until this correction or retraction, and the line that corrects it',
    AtLeastQuery,
    ref('Impact'),
    [...atPoint, 'unknown-development', 'not-found', 'not-a-correction'],
  ),
  read(
    `${story}/situation`,
    'getSituation',
    'All matters at one point of both clocks',
    SituationQuery,
    ref('Situation'),
    atPoint,
  ),
  {
    method: 'get',
    path: `${story}/replay`,
    operationId: 'replay',
    summary: 'The situation, folded from the ledger with none of the read models',
    query: ReplayQuery,
    answers: {
      200: {
        description:
          'One JSON text a line. The last line is what `situation` answers at the same point; with `each`, a line for ' +
          'each development comes before it. Where the stream ends without that last line, it was cut off.',
        media: 'application/x-ndjson',
        schema: either(ref('ReplayStep'), ref('Situation')),
      },
    },
    problems: atPoint,
  },
  read(
    `${story}/diff`,
    'getDiff',
    'What differs between two points: what became known of the first instant, then what the world brought',
    DiffQuery,
    ref('Diff'),
    [...atPoint, 'invalid-cursor'],
  ),
  read(
    `${story}/matters/{matter}`,
    'getMatter',
    'One matter at one point of both clocks; with `proof=true`, pinned, with all that the state follows from',
    ProvableMatterQuery,
    either(ref('Matter'), ref('ProvenMatter')),
    [
      ...atPoint,
      'unknown-matter',
      'not-found',
      'invalid-cursor',
      'forbidden',
      'too-much-to-prove',
      'log-inconsistent',
      'tiles-missing',
    ],
  ),
  read(
    `${story}/matters/{matter}/history`,
    'getMatterHistory',
    'A matter along one of the two clocks',
    MatterHistoryQuery,
    ref('MatterHistory'),
    [...atPoint, 'unknown-matter', 'not-found', 'invalid-cursor'],
  ),
  {
    method: 'get',
    path: `${story}/stream`,
    operationId: 'streamDevelopments',
    summary: 'Developments as they are recorded, in order, without gap or duplicate, as server-sent events',
    query: StreamQuery,
    resumed: true,
    answers: {
      200: {
        description:
          'Events named `development`: `id` is the position, `data` the development. All behind Last-Event-ID, ' +
          'else behind `after`, else from the beginning. Comments in between keep it alive.',
        schema: text,
        media: 'text/event-stream',
      },
    },
    problems: [...atPoint, 'invalid-header', 'too-many-streams', 'service-full'],
  },
  logText(
    'checkpoint',
    'getCheckpoint',
    'The last checkpoint: a signed note with the size and root of the tree',
  ),
  logText('key', 'getLogKey', 'The verifier key that checkpoints are signed with now, in one line'),
  logText('keys', 'listLogKeys', 'The verifier keys of all checkpoints ever signed, the current one first'),
  {
    method: 'get',
    path: `${story}/log/tile/{path}`,
    operationId: 'getTile',
    summary: 'A tile of the tree’s hashes, or a bundle of the entries themselves (C2SP tlog-tiles)',
    query: AtLeastQuery,
    answers: {
      200: {
        description:
          'Up to 256 hashes of 32 bytes; or up to 256 entries, each behind its length in two bytes',
        schema: { type: 'string', format: 'binary' },
        media: 'application/octet-stream',
      },
    },
    problems: [...ofLog, 'unknown-tile', 'not-found'],
  },
  {
    ...read(
      `${story}/log/proof`,
      'proveInclusion',
      'That the entry at a position is in the log; with `Accept: text/plain`, as a C2SP tlog-proof',
      InclusionQuery,
      ref('InclusionProof'),
      [...ofLog, 'invalid-header'],
    ),
    answers: {
      200: {
        description: 'The hashes on its way to the root',
        schema: ref('InclusionProof'),
        instead: { 'text/plain': text },
        headers: ['ETag'],
      },
    },
  },
  read(
    `${story}/log/consistency`,
    'proveConsistency',
    'That the log of a later size begins with the one of an earlier size',
    ConsistencyQuery,
    ref('ConsistencyProof'),
    ofLog,
  ),
  read(
    `${story}/actors`,
    'listActors',
    'The registered actors, by slug',
    MatterQuery,
    page(ref('RegisteredActor')),
    [...atPoint, 'invalid-cursor'],
  ),
  read(
    `${story}/actors/{actor}`,
    'getActor',
    'An actor at one point of both clocks, and everything that concerns it',
    MatterQuery,
    ref('Actor'),
    [...atPoint, 'unknown-actor', 'not-found', 'invalid-cursor'],
  ),
  read(
    `${story}/places`,
    'listPlaces',
    'The registered places, by slug',
    MatterQuery,
    page(ref('RegisteredPlace')),
    [...atPoint, 'invalid-cursor'],
  ),
  read(
    `${story}/places/{place}`,
    'getPlace',
    'A place at one point of both clocks, and everything that is there',
    MatterQuery,
    ref('PlaceAtPoint'),
    [...atPoint, 'unknown-place', 'not-found', 'invalid-cursor'],
  ),
  {
    method: 'get',
    path: '/metrics',
    operationId: 'getMetrics',
    summary: 'What this process and all records together come to, in the text format of Prometheus',
    query: NoQuery,
    answers: { 200: { description: 'The numbers; no timeline is named', media: 'text/plain', schema: text } },
    problems: [],
  },
  {
    method: 'get',
    path: '/health/live',
    operationId: 'isLive',
    summary: 'The process runs and answers',
    query: NoQuery,
    answers: { 200: { description: 'It does', schema: ref('Liveness') } },
    problems: [],
  },
  {
    method: 'get',
    path: '/health/ready',
    operationId: 'isReady',
    summary: 'Whether the service can do its work',
    query: NoQuery,
    answers: { 200: { description: 'It can', schema: ref('Readiness') } },
    problems: ['not-ready'],
  },
  read('/openapi.json', 'getOpenApi', 'This document', NoQuery, { type: 'object' }),
];

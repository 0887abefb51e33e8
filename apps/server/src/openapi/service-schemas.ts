/** Timelines, keys, health, and problems. */
import { gateActions, longestOverlap, roles } from '#libs/access';
import { catalogue } from '../http/problem-catalogue.js';
import {
  described,
  flag,
  hash,
  instant,
  keyId,
  type JsonSchema,
  list,
  object,
  oneOf,
  orNull,
  ref,
  slug,
  text,
  whole,
} from './json-schema.js';

const timelineFields: Record<string, JsonSchema> = {
  slug,
  title: { type: 'string', minLength: 1, maxLength: 500 },
  timezone: described(text, 'IANA zone in which its days begin.'),
  visibility: oneOf('public', 'private'),
};

const keyScope: JsonSchema = {
  anyOf: [{ ...list(slug), minItems: 1, maxItems: 100, uniqueItems: true }, { const: 'all' }],
  description: 'The timelines it is for.',
};

const keyFields: Record<string, JsonSchema> = {
  id: described(keyId, 'Public: `recordedBy` in what is recorded with it.'),
  role: oneOf(...roles),
  timelines: keyScope,
  label: text,
  createdAt: instant,
  createdBy: described(text, 'The id of the key that made it, or `command-line` or `first-start`.'),
  expiresAt: orNull(instant),
  revokedAt: described(orNull(instant), 'From when on it is refused; may lie ahead.'),
  replacedBy: orNull(keyId),
  lastUsedAt: described(orNull(instant), 'To the minute.'),
};

const eventFields: Record<string, JsonSchema> = {
  id: text,
  at: instant,
  action: oneOf(...gateActions),
  key: described(orNull(keyId), 'The key that was used, taken or not.'),
  role: orNull(oneOf(...roles)),
  route: described(orNull(text), 'Method and path template.'),
  timeline: orNull(slug),
  address: orNull(text),
  times: described({ type: 'integer', minimum: 1 }, 'How often, within the minute from `at` on.'),
  lastAt: instant,
  detail: described({ type: 'object' }, 'Facts of this action.'),
};

const checks = list(object({ name: text, ok: flag, detail: text }, ['detail']));

const problemFields: Record<string, JsonSchema> = {
  type: described(text, 'Stable: `urn:dateline:problem:` and the code.'),
  title: text,
  status: { type: 'integer' },
  detail: described(text, 'What is wrong here, and how to mend it.'),
  code: oneOf(...Object.keys(catalogue)),
  errors: described(
    list(
      object({
        pointer: described(text, 'RFC 6901, into the body; `?name` for a parameter of the query.'),
        detail: text,
      }),
    ),
    'Every fault of the body or the query that was found.',
  ),
  parameter: described(text, 'The query parameter at fault; the first, where there are several.'),
  header: described(text, 'The request header at fault.'),
  currentVersion: described(whole, 'Of version-mismatch: the version that the matter is at.'),
  incident: described(text, 'Of internal: what the service’s own log calls it.'),
  ready: flag,
  checks,
};

const note = described(text, 'The last checkpoint: a C2SP signed note.');
const path = described(list(hash), 'From the leaf to the root.');
const inclusionFields: Record<string, JsonSchema> = {
  position: whole,
  size: described(whole, 'Of the tree that it is proved in.'),
  leafHash: hash,
  hashes: path,
  checkpoint: note,
};

export const serviceSchemas: Record<string, JsonSchema> = {
  TimelineInput: object(timelineFields),
  Timeline: object({
    ...timelineFields,
    createdAt: instant,
    size: described(whole, 'The number of developments in its ledger.'),
    recordedAt: described(orNull(instant), 'When the last of them was recorded.'),
  }),
  InclusionProof: object(inclusionFields),
  ConsistencyProof: object({ from: whole, to: whole, hashes: list(hash), checkpoint: note }),
  DevelopmentProof: object(
    {
      ...inclusionFields,
      entry: described(text, 'The bytes that the leaf hash is over, base64.'),
      payload: described(orNull(text), 'For auditors: the content’s bytes, base64; null once destroyed.'),
      salt: described(orNull(text), 'For auditors: SHA-256(salt ‖ payload) is the entry’s payloadDigest.'),
    },
    ['payload', 'salt'],
  ),
  KeyInput: object(
    {
      role: oneOf(...roles),
      timelines: keyScope,
      label: { type: 'string', minLength: 1, maxLength: 200 },
      expiresAt: orNull({ type: 'string', format: 'date-time' }),
    },
    ['label', 'expiresAt'],
  ),
  RotationInput: object(
    {
      overlapSeconds: described(
        { type: 'integer', minimum: 0, maximum: longestOverlap },
        'For how long the old key is still taken; 0 if left out.',
      ),
    },
    ['overlapSeconds'],
  ),
  Key: object(keyFields),
  NewKey: object({
    key: { type: 'string', pattern: '^dl_[rcua]_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}$' },
    ...keyFields,
  }),
  GateEvent: object(eventFields),
  Liveness: object({ live: flag }),
  Readiness: object({ ready: flag, checks }),
  LineRefused: described(
    object({ line: { type: 'integer', minimum: 1 }, problem: ref('Problem') }),
    'The first line that has no receipt, counted from 1; nothing behind it is recorded.',
  ),
  Problem: object(problemFields, [
    'errors',
    'parameter',
    'header',
    'currentVersion',
    'incident',
    'ready',
    'checks',
  ]),
};

/** Query parameters by name: a name means the same on every route that knows it. */
import { gateActions } from '#libs/access';
import { described, instant, keyId, type JsonSchema, oneOf, slug, text, whole } from './json-schema.js';

const dateOrInstant: JsonSchema = { type: 'string', examples: ['2025-08-29T12:00:00Z', '2025-08-29'] };

const asOf = described(
  dateOrInstant,
  'The world’s clock: an instant, or a date (the end of that day in the timeline’s zone). Now, if left out. ' +
    'A + in an offset is written %2B.',
);
const knownAt: JsonSchema = {
  anyOf: [whole, instant],
  description:
    'The ledger’s clock: a position, or an instant (the last position recorded at or before it). ' +
    'Now, if left out.',
};

/** Of the two points that are told apart. */
const twoPoints = { fromAsOf: asOf, toAsOf: asOf, fromKnownAt: knownAt, toKnownAt: knownAt };

export const queryParameters: Record<string, JsonSchema> = {
  after: described(
    text,
    'The cursor that `next` gave. The log takes a position too, the stream a position alone.',
  ),
  limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'Items a page.' },
  order: { ...oneOf('asc', 'desc'), default: 'asc', description: 'By position.' },
  asOf,
  knownAt,
  ...twoPoints,
  atLeast: described(
    whole,
    'Answer from a read model that holds this position; waits up to 5 s for it, then 503.',
  ),
  type: described(text, '`kind.phase`, such as `reward.changed`.'),
  kind: described(text, 'A kind of matter, such as `reward`; of the log also `record`, `actor`, `place`.'),
  panel: described(text, 'A panel of the situation, such as `forces`.'),
  matter: described(text, 'The slug of a matter.'),
  actor: described(slug, 'An actor or recipient.'),
  place: described(slug, 'A place.'),
  q: {
    type: 'string',
    minLength: 1,
    maxLength: 500,
    description: 'Holds all of these words, whatever their case and accents.',
  },
  occurredFrom: described(dateOrInstant, 'Its bounds end after the beginning of this day or instant.'),
  occurredTo: described(dateOrInstant, 'Its bounds begin before the end of this day or instant.'),
  recordedFrom: described(dateOrInstant, 'Recorded on or after this day or instant.'),
  recordedTo: described(dateOrInstant, 'Recorded up to and with this day or instant.'),
  position: described(whole, 'Of the entry to prove.'),
  size: described(whole, 'Of the tree to prove it in; the last checkpoint’s, if left out.'),
  from: described(whole, 'Size of the earlier tree.'),
  to: described(whole, 'Size of the later tree; the last checkpoint’s, if left out.'),
  proof: {
    ...oneOf('true', 'false'),
    default: 'false',
    description:
      'With what it takes to check offline that this is recorded, or follows from the record; of a matter, asOf must ' +
      'be an instant then, and knownAt a position.',
  },
  timeline: described(slug, 'Events of this timeline.'),
  action: described(oneOf(...gateActions), 'What was done, or tried.'),
  key: described(keyId, 'The id of the key that was used; never the key itself.'),
  since: described(instant, 'Not before this instant.'),
  until: described(instant, 'Before this instant.'),
  includeClosed: { ...oneOf('true', 'false'), default: 'false', description: 'Closed matters too.' },
  each: { ...oneOf('true', 'false'), default: 'false', description: 'A line for each development first.' },
  axis: {
    ...oneOf('valid', 'known'),
    default: 'valid',
    description:
      '`valid`: the matter’s life, as known at `knownAt`. `known`: how the account of one `asOf` changed, ' +
      'which goes with it alone.',
  },
};

export const pathParameters: Record<string, JsonSchema> = {
  timeline: described(slug, 'The timeline’s slug.'),
  key: described(keyId, 'The key’s id; never the key itself.'),
  matter: described(slug, 'The matter’s slug.'),
  path: described(text, 'Level and index of the tile, such as `0/x001/234`, `1/000.p/8` or `entries/000`.'),
  actor: described(slug, 'The actor’s slug.'),
  place: described(slug, 'The place’s slug.'),
  id: { type: 'string', pattern: '^[!-~]{1,128}$', description: 'The development’s id, percent-encoded.' },
};

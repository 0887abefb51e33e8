/** What is so: situations, matters and their slots, and where two of them differ. */
import {
  described,
  either,
  flag,
  hash,
  instant,
  type JsonSchema,
  list,
  number,
  object,
  oneOf,
  orNull,
  page,
  ref,
  slug,
  text,
  whole,
} from './json-schema.js';
import { anomaly, bareFields, knownAt, note, slotFields, stateFields, totalFields } from './state-fields.js';

/** What made an answer another. */
const cause = object(
  {
    id: text,
    type: text,
    title: text,
    occurred: text,
    target: described(text, 'Of a desk development: what it is about.'),
    reason: described(text, 'Why the desk decided so.'),
    position: whole,
    recordedAt: instant,
    recordedBy: text,
    redacted: described(flag, 'Its content was destroyed.'),
  },
  ['type', 'title', 'occurred', 'target', 'reason', 'recordedBy', 'redacted'],
);

const amounts = object({ value: number, possible: number, low: number, high: number });

const totalDifferences = list(
  object({
    panel: text,
    actor: orNull(slug),
    of: text,
    unit: orNull(text),
    before: amounts,
    after: amounts,
  }),
);

const changes = object({
  totals: described(totalDifferences, 'The rows that differ, of all matters, also of those on other pages.'),
  changes: list(
    object({
      matter: slug,
      change: oneOf('appeared', 'changed', 'went'),
      fields: described(list(text), 'Of `changed`: the names of the fields that differ.'),
      before: orNull(ref('MatterState')),
      after: orNull(ref('MatterState')),
      causes: described(
        list(cause),
        'Of knowledge: the entries that turned the account of that instant. Of the world: the developments ' +
          'that begin, or became certain, in the stretch. The last 20.',
      ),
      moreCauses: flag,
    }),
  ),
});

const recorded = object({ position: whole, recordedAt: instant });
const recordedSpan = { from: recorded, until: recorded };

const impactFields: Record<string, JsonSchema> = {
  timeline: slug,
  decision: cause,
  target: cause,
  line: described(
    orNull(text),
    'To be printed; null where nothing that the report said became another, and where it was never told.',
  ),
  served: described(
    orNull(object({ ...recordedSpan, pauses: list(object(recordedSpan)) })),
    'On the ledger’s clock, from when to when what the decision made another was told, and the pauses in between, ' +
      'in which the target was held or retracted. Null where it never counted, or the decision changed nothing.',
  ),
  matters: list(slug),
  panels: list(text),
  stretches: described(
    list(
      object({
        validFrom: orNull(instant),
        validTo: orNull(instant),
        before: orNull(ref('State')),
        after: orNull(ref('State')),
        totals: totalDifferences,
      }),
    ),
    'On the world’s clock, where the answer became another with the decision: the state, or what stands beside it. ' +
      '`notes`, `upcoming` and `totals` are as at the beginning of each; at its last millisecond where `validFrom` ' +
      'is null, and when all in it is certain where `validTo` is null too. The last 20.',
  ),
  moreStretches: flag,
};

const pointFields = { timeline: slug, asOf: instant, knownAt };

/** What names an actor or a place. */
const naming = described(
  page(ref('Development')),
  'Those that count at the point, name it as corrected by then, and have begun; by position, each as recorded. `text`, ' +
    '`quote`, `phrase` and `sources` are for those who may see what is held. A page may be short of its limit and ' +
    'have a next.',
);

/** A matter, and how an actor or a place is named in it. */
const concerned = (...roles: string[]) => list(object({ roles: list(oneOf(...roles)), ...stateFields }));

export const situationSchemas: Record<string, JsonSchema> = {
  Actor: object({
    ...pointFields,
    actor: slug,
    identity: described(slug, 'The actor that it was merged into, or itself.'),
    names: described(list(slug), 'All slugs that stand for it, as known then.'),
    registered: flag,
    name: orNull(text),
    aliases: list(text),
    actorType: orNull(text),
    totals: list(object({ panel: text, ...totalFields })),
    matters: concerned('actor', 'recipient', 'source'),
    developments: naming,
  }),
  PlaceAtPoint: object({
    ...pointFields,
    place: slug,
    registered: flag,
    name: orNull(text),
    aliases: list(text),
    geometry: described(orNull({ type: 'object' }), 'GeoJSON (RFC 7946).'),
    country: orNull(text),
    matters: concerned('place'),
    developments: naming,
  }),
  RegisteredActor: object({ slug, name: text, aliases: list(text), actorType: orNull(text), identity: slug }),
  RegisteredPlace: object({
    slug,
    name: text,
    aliases: list(text),
    geometry: orNull({ type: 'object' }),
    country: orNull(text),
  }),
  MatterState: object(stateFields),
  Slot: object(slotFields),
  State: object({ ...bareFields, notes: list(note), upcoming: list(note) }),
  Account: object({
    ...stateFields,
    knownFrom: described(
      recorded,
      'The position from which it was told so, of the state and of what stands beside it.',
    ),
    madeBy: described(orNull(cause), 'The entry that made it the account; null where it is withheld.'),
    endedBy: described(orNull(cause), 'The entry from which it was told otherwise, or no more.'),
    knownTo: described(
      orNull(recorded),
      'The position from which it was told otherwise; null where it still stands.',
    ),
  }),
  Situation: object({
    ...pointFields,
    panels: list(
      object({
        panel: text,
        totals: list(object(totalFields)),
        matters: list(ref('MatterState')),
      }),
    ),
    contested: list(slug),
    anomalies: list(object({ matter: slug, ...anomaly })),
  }),
  ReplayStep: object(
    {
      position: whole,
      id: text,
      matter: described(
        text,
        'Of a registry entry `actor/…`, `place/…` or `kind/…`, which changes no situation.',
      ),
      version: whole,
      recordedAt: instant,
      type: text,
      redacted: described(flag, 'Its content is destroyed, and it counts at no position.'),
      parked: described(text, 'Why the fold of its matter failed here.'),
      closed: described(
        list(object({ validFrom: orNull(instant), validTo: orNull(instant), knownFrom: whole })),
        'The slots that are believed no more.',
      ),
      opened: described(list(ref('Slot')), 'The slots that are believed from here on.'),
      closedNotes: described(
        list(whole),
        'Positions of the developments that stand beside the state no more.',
      ),
      openedNotes: list(note),
    },
    ['type', 'redacted', 'parked', 'closed', 'opened', 'closedNotes', 'openedNotes'],
  ),
  Impact: object(impactFields),
  Diff: object({
    timeline: slug,
    from: object({ asOf: instant, knownAt }),
    to: object({ asOf: instant, knownAt }),
    knowledge: described(changes, 'What became known of the first instant.'),
    world: described(changes, 'What the world’s clock brought, as known at the second point.'),
    next: described({ type: ['string', 'null'] }, 'The cursor of the next page; null at the end.'),
  }),
  Matter: object({
    ...pointFields,
    ...stateFields,
    developments: described(page(text), 'Ids of what was folded, in fold order.'),
  }),
  ProvenEntry: object({
    position: whole,
    entry: described(text, 'The bytes that the leaf hash is over, base64.'),
    payload: described(orNull(text), 'The content’s bytes, base64; null once destroyed.'),
    salt: described(orNull(text), 'SHA-256(salt ‖ payload) is the entry’s payloadDigest.'),
    hashes: described(list(hash), 'From the leaf to the root of the checkpoint.'),
    redacted: described(
      orNull(object({ id: text, version: whole, by: whole })),
      'Of what is destroyed: its id and version, and the position of the redaction.',
    ),
  }),
  ProvenMatter: object({
    timeline: slug,
    matter: slug,
    asOf: instant,
    knownAt: whole,
    foldVersion: whole,
    state: ref('MatterState'),
    entries: described(list(ref('ProvenEntry')), 'The matter’s, up to knownAt, in order of position.'),
    beside: described(
      list(ref('ProvenEntry')),
      'Definitions of the timeline’s own kinds, and redactions that came after knownAt.',
    ),
    checkpoint: described(text, 'The signed note.'),
    key: described(text, 'The verifier key of the log.'),
  }),
  MatterHistory: object(
    {
      ...pointFields,
      matter: slug,
      axis: oneOf('valid', 'known'),
      items: list(either(ref('Slot'), ref('Account'))),
      next: { type: ['string', 'null'] },
    },
    ['asOf'],
  ),
};

/** Developments as they are served: what may be sent, flat, with what the ledger added. */
import { developmentJsonSchemas } from '#libs/timelines';
import {
  described,
  flag,
  hash,
  instant,
  type JsonSchema,
  list,
  object,
  oneOf,
  orNull,
  ref,
  text,
  whole,
} from './json-schema.js';

const inputs = developmentJsonSchemas();

/** All fields that a development of any kind may have, as sent. */
const contentFields: Record<string, JsonSchema> = {
  ...fieldsOf('WorldInput'),
  ...fieldsOf('CorrectionInput'),
  registry: described({ type: 'object' }, 'Of `actor.*`, `place.*` and `kind.*`.'),
  type: described(text, '`kind.phase`, `record.*`, or one of the registry’s.'),
  matter: described(text, 'Of a desk development, its target’s; of the registry’s, such as `actor/<slug>`.'),
  id: { type: 'string', pattern: '^[!-~]{1,128}$' },
};

function fieldsOf(name: string): Record<string, JsonSchema> {
  return inputs[name]!['properties'] as Record<string, JsonSchema>;
}

const ledgerFields: Record<string, JsonSchema> = {
  position: described(whole, 'Its place in the ledger.'),
  version: described({ type: 'integer', minimum: 1 }, 'Its place in its matter’s stream.'),
  recordedAt: instant,
  recordedBy: described(
    text,
    'The id of the key that recorded it; told to recorders, auditors and admins alone.',
  ),
  bounds: ref('Bounds'),
  leafHash: hash,
  redacted: described(
    object({
      id: described(text, 'Of the redaction.'),
      position: whole,
      recordedAt: instant,
      reason: text,
      attribution: contentFields['attribution']!,
    }),
    'Its content was destroyed; its place and its proofs stay.',
  ),
};

const always = ['id', 'position', 'version', 'recordedAt', 'leafHash'];

function development(more: Record<string, JsonSchema> = {}): JsonSchema {
  const fields = { ...contentFields, ...ledgerFields };
  const optional = [...Object.keys(fields).filter((name) => !always.includes(name)), 'proof'];
  return object({ ...fields, ...more }, optional);
}

export const developmentSchemas: Record<string, JsonSchema> = {
  ...inputs,
  Bounds: described(
    object({ earliest: orNull(instant), latest: instant }),
    'When it was so: from `earliest` (null for no earliest) until before `latest`.',
  ),
  Receipt: object({
    id: contentFields['id']!,
    position: ledgerFields['position']!,
    version: ledgerFields['version']!,
    recordedAt: instant,
    leafHash: hash,
    bounds: orNull(ref('Bounds')),
    duplicate: described(flag, 'The same id with the same content stood there already: its first receipt.'),
  }),
  Development: development(),
  DevelopmentWithDesk: development({
    current: orNull(
      described(
        object({ ...contentFields, bounds: ref('Bounds') }, Object.keys(contentFields)),
        'As corrected; null for desk and registry developments.',
      ),
    ),
    status: orNull(
      object({
        counts: described(flag, 'Whether it counts in the situation.'),
        held: flag,
        embargoed: flag,
        retracted: flag,
        verification: oneOf('unverified', 'confirmed', 'disputed'),
      }),
    ),
    desk: described(list(ref('Development')), 'What the desk decided about it, in order.'),
    proof: ref('DevelopmentProof'),
  }),
};

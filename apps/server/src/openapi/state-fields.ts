/** The fields of a matter's state and of totals, of which answers are made. */
import {
  described,
  either,
  flag,
  instant,
  type JsonSchema,
  list,
  number,
  object,
  oneOf,
  orNull,
  ref,
  slug,
  text,
  whole,
} from './json-schema.js';

const attribution = either(ref('Attribution'), list(ref('Attribution')));

export const knownAt = described(
  object({ position: orNull(whole), recordedAt: orNull(instant) }),
  'The last position that counts; null for a ledger that was empty then.',
);

const quantity = object({
  of: text,
  value: orNull(number),
  unit: orNull(text),
  low: orNull(number),
  high: orNull(number),
  text: orNull(text),
  by: described(text, 'Id of the development that last touched it.'),
});

const contested = either(
  object({
    of: text,
    alternatives: list(
      object({ by: text, value: orNull(number), low: number, high: number, attribution }, ['low', 'high']),
    ),
  }),
  object({ claim: text, alternatives: list(object({ by: text, title: text, attribution })) }),
);

export const note = object({
  id: text,
  mode: oneOf('planned', 'hypothetical', 'negated'),
  type: text,
  title: text,
  occurred: text,
  bounds: ref('Bounds'),
});

export const anomaly = { code: text, detail: text };

/** Fields of a slot's state, whatever the asOf. */
export const slotFields: Record<string, JsonSchema> = {
  matter: slug,
  kind: slug,
  panel: text,
  phase: orNull(slug),
  open: flag,
  certainFrom: instant,
  approximate: flag,
  validFrom: orNull(instant),
  validTo: orNull(instant),
  knownFrom: object({ position: whole, recordedAt: instant }),
  title: orNull(text),
  actors: list(slug),
  recipients: list(slug),
  places: list(ref('Place')),
  quantities: list(quantity),
  contested: list(contested),
  attribution: orNull(attribution),
  assertion: orNull(oneOf('reported', 'claimed', 'alleged', 'denied', 'assessed', 'unknown')),
  verification: oneOf('unverified', 'confirmed', 'disputed'),
  anomalies: list(object(anomaly)),
  lastDevelopment: orNull(text),
};

const { validFrom: _from, validTo: _to, knownFrom: _known, ...bare } = slotFields;

/** Without the rectangle that holds the state. */
export const bareFields: Record<string, JsonSchema> = bare;

/** And those that depend on it. */
export const stateFields: Record<string, JsonSchema> = {
  ...slotFields,
  certainty: oneOf('certain', 'possible'),
  notes: list(note),
  upcoming: list(note),
};

export const totalFields: Record<string, JsonSchema> = {
  actor: described(orNull(slug), 'The identity that the registry gave it by then.'),
  of: text,
  unit: orNull(text),
  value: described(number, 'The sum over certain matters.'),
  possible: described(number, 'The sum over the rest.'),
  low: number,
  high: number,
};

import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { plainToInstance } from 'class-transformer';
import {
  Allow,
  IsEmail,
  IsIn,
  IsNumber,
  IsOptional,
  MaxLength,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { compileValidator } from './compile-validator.js';
import { Line, Slug } from './decorators.js';
import { CorrectionInput, DecisionInput } from './desk-input.js';
import { developmentJsonSchemas } from './input-classes.js';
import type { DtoClass } from './plan.js';
import { ActorMergeInput, ActorNameInput, ActorSplitInput, KindInput, PlaceInput } from './registry-input.js';
import { WorldInput } from './world-input.js';

const option = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4, nil: undefined });
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/);
const line = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'aé😀 "~/') });
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const instant = fc.constantFrom('2025-08-29T04:00:00Z', '2025-08-29T04:00:00.5-04:00');
const date = fc.oneof(instant, fc.constant('2025-08-29'));
const url = fc.constantFrom('https://example.org/a?b#c', 'http://[::1]:8080/');
const language = fc.constantFrom('es', 'pt-BR', 'zh-Hant-TW');

const attribution = fc.oneof(
  fc.record({
    by: slug,
    record: fc.constantFrom('on-record', 'publisher', 'handout', 'document'),
    via: option(line),
  }),
  fc.record({ by: line, record: fc.constant('anonymous') }),
);
const source = fc.record({
  publisher: option(line),
  title: line,
  url: option(url),
  publishedAt: option(date),
  retrievedAt: option(instant),
  sha256: option(fc.constant('0aF'.repeat(22).slice(0, 64))),
  archiveUrl: option(url),
});
const quantity = fc.record({
  of: line,
  unit: option(line),
  value: option(number),
  text: option(line),
  prior: option(number),
});
const shared = {
  attribution: fc.oneof(attribution, fc.array(attribution, { minLength: 1, maxLength: 3 })),
  sources: option(some(source)),
  subjects: option(some(line)),
  text: option(line),
  language: option(language),
};
const report = {
  ...shared,
  type: fc.constantFrom('reward.changed', 'claim.made'),
  title: line,
  occurred: line,
  timezone: option(fc.constantFrom('UTC', 'America/Caracas')),
  mode: option(fc.constantFrom('actual', 'planned')),
  actors: option(some(slug)),
  places: option(some(fc.record({ ref: slug, precision: fc.constantFrom('exact', 'region') }))),
  quantities: option(some(quantity)),
  quote: option(fc.record({ text: line, speaker: option(line), language: option(language) })),
  reportedAt: option(date),
  related: option(some(fc.record({ rel: fc.constantFrom('agrees', 'broader'), id: slug }))),
};
const id = option(fc.stringMatching(/^[!-~]{1,20}$/).filter((text) => !text.startsWith('dateline:')));
const desk = { ...shared, id, target: slug, reason: line, title: option(line) };
const named = { slug, name: line, aliases: option(some(line)) };
const geometry = fc.constantFrom(
  { type: 'Point', coordinates: [-66.9, 10.5] },
  { type: 'MultiPoint', coordinates: [[0, 0, 9]] },
);
const registry = (type: string, entry: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ ...shared, id, type: fc.constant(type), registry: fc.record(entry) });

const inputs: [DtoClass & (new () => object), fc.Arbitrary<object>][] = [
  [WorldInput, fc.record({ ...report, id, matter: slug, embargoedUntil: option(instant) })],
  [DecisionInput, fc.record({ ...desk, type: fc.constantFrom('record.held', 'record.redacted') })],
  [
    CorrectionInput,
    fc.record({
      ...desk,
      type: fc.constant('record.corrected'),
      replacement: fc.record(report, { requiredKeys: [] }),
    }),
  ],
  [
    ActorNameInput,
    registry('actor.renamed', { ...named, actorType: option(fc.constantFrom('state', 'group')) }),
  ],
  [ActorMergeInput, registry('actor.merged', { slug, into: slug })],
  [ActorSplitInput, registry('actor.split', { slug, into: option(slug) })],
  [
    PlaceInput,
    registry('place.registered', {
      ...named,
      geometry: option(geometry),
      country: option(fc.constant('VE')),
    }),
  ],
  [
    KindInput,
    registry('kind.defined', {
      slug,
      phases: fc.constantFrom(['called', 'held|averted'], ['a']),
      closed: option(some(slug)),
      panel: line,
      summed: option(some(line)),
    }),
  ],
];

const byName = inputs.map(([dto, good]) => [dto.name, dto, good] as const);

/** As it would come from JSON: nothing undefined. */
const sent = (value: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

const odd: unknown[] = [null, '', 'x', 'a b', 'a\u0000', '\n', 'x'.repeat(501), 'é', -1, 0, 1e9, true, false];
odd.push(
  [],
  {},
  [[]],
  [{}],
  [null],
  ['a b'],
  { a: 1 },
  Array(101).fill('a'),
  '2025-02-30',
  'record.x',
  'actual',
);

/** Puts something odd in a place of the value, adds a member, or takes one away. */
function mutate(value: Record<string, unknown>, [step, how, what]: [number[], number, number]): void {
  let at: Record<string, unknown> = value;
  for (const choice of step) {
    const inner = Object.values(at).filter((member) => typeof member === 'object' && member !== null);
    if (inner.length > 0 && choice % 3 > 0) at = inner[choice % inner.length] as Record<string, unknown>;
  }
  const names = Object.keys(at);
  const name = how % 5 === 0 || names.length === 0 ? 'extra' : names[how % names.length]!;
  const drop = how % 5 === 1 && !Array.isArray(at);
  if (drop) delete at[name];
  else if (name !== 'extra' || !Array.isArray(at)) at[name] = structuredClone(odd[what % odd.length]);
}

const mutation = fc.tuple(fc.array(fc.nat(), { maxLength: 4 }), fc.nat(), fc.nat());

function classValidatorAccepts(dto: new () => object, value: object): boolean {
  const instance = plainToInstance(dto, structuredClone(value));
  return validateSync(instance, { whitelist: true, forbidNonWhitelisted: true }).length === 0;
}

function accepts(dto: DtoClass, value: Record<string, unknown>): boolean {
  const { malformed, refused } = compileValidator(dto)(value);
  return malformed.length + refused.length === 0;
}

describe.each(byName)('the compiled validator of %s', (_name, dto, good) => {
  it('accepts what is good, as class-validator does', () => {
    fc.assert(
      fc.property(good, (value) => {
        expect(compileValidator(dto)(sent(value))).toMatchObject({ malformed: [], refused: [] });
        expect(classValidatorAccepts(dto, sent(value))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('has the verdict of class-validator on what was tampered with', () => {
    let bad = 0;
    fc.assert(
      fc.property(good, fc.array(mutation, { minLength: 1, maxLength: 3 }), (value, mutations) => {
        const given = sent(value);
        for (const one of mutations) mutate(given, one);
        const verdict = accepts(dto, given);
        expect({ given, accepted: verdict }).toEqual({ given, accepted: classValidatorAccepts(dto, given) });
        if (!verdict) bad++;
      }),
      { numRuns: 400 },
    );
    expect(bad).toBeGreaterThan(100);
  });
});

describe('the JSON Schemas', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'all', components: { schemas: developmentJsonSchemas() } });
  const schemaOf = (name: string) => ajv.getSchema(`all#/components/schemas/${name}`)!;

  it.each(inputs)(
    '%p: accept what the validator accepts, and refuse what is of the wrong shape',
    (dto, good) => {
      const schema = schemaOf(dto.name);
      const any = schemaOf('DevelopmentInput');
      fc.assert(
        fc.property(good, fc.array(mutation, { maxLength: 2 }), (value, mutations) => {
          const given = sent(value);
          for (const one of mutations) mutate(given, one);
          const { malformed } = compileValidator(dto)(given);
          if (accepts(dto, given)) expect([schema(given), any(given)]).toEqual([true, true]);
          const shape = malformed.filter(({ detail }) =>
            /required|no field|must be (?:an object|a list|one of)/.test(detail),
          );
          if (shape.length > 0)
            expect({ shape, accepted: schema(given) }).toEqual({ shape, accepted: false });
        }),
        { numRuns: 200 },
      );
    },
  );

  it('say of a field what its decorators say', () => {
    const { WorldInput: world, Attribution: part } = developmentJsonSchemas();
    expect(part).toMatchObject({
      required: ['by', 'record'],
      additionalProperties: false,
      properties: { via: { type: ['string', 'null'], minLength: 1, maxLength: 500 } },
    });
    const attribution = { $ref: '#/components/schemas/Attribution' };
    expect(world).toMatchObject({
      properties: {
        attribution: {
          anyOf: [attribution, { type: 'array', minItems: 1, maxItems: 100, items: attribution }],
        },
        actors: { type: ['array', 'null'], maxItems: 100, items: { type: 'string' } },
        mode: { anyOf: [{ enum: ['actual', 'planned', 'hypothetical', 'negated'] }, { type: 'null' }] },
      },
    });
  });
});

describe('a decorator that would not be obeyed is refused at start', () => {
  class Unknown {
    @IsEmail() field!: string;
  }
  class Foreign {
    @MaxLength(3) field!: string;
  }
  class Conditional {
    @ValidateIf(() => true) @Slug() field!: string;
  }
  class Grouped {
    @Slug({ groups: ['a'] }) field!: string;
  }
  class Worded {
    @IsIn(['a'], { message: 'no' }) field!: string;
  }
  class Bare {
    @ValidateNested() field!: object;
  }
  class Options {
    @IsNumber({ allowNaN: true }) field!: number;
  }
  class Allowed {
    @Allow() field!: string;
  }
  class Empty {}

  it.each([Unknown, Foreign, Conditional, Grouped, Worded, Bare, Options, Allowed, Empty])('$name', (dto) => {
    expect(() => compileValidator(dto)).toThrow();
  });

  it('and others are obeyed', () => {
    class Fine {
      @IsOptional() @Line(3) field?: string;
    }
    const { malformed } = compileValidator(Fine)({ field: 'abcd' }, '/x');
    expect(malformed).toMatchObject([{ pointer: '/x/field' }]);
    expect(malformed[0]!.detail).toContain('1 to 3 characters');
  });
});

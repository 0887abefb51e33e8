/** What a client may send about the world, and what a correction may say of it. */
import { IsIn, IsOptional } from 'class-validator';
import {
  DateOrInstant,
  InstantText,
  Language,
  Line,
  List,
  NewId,
  Part,
  PartOrParts,
  Parts,
  Prose,
  Slug,
  TimeZone,
  Unchangeable,
  WorldType,
} from './decorators.js';
import { Attribution, Place, Quantity, Quote, Relation, Source } from './parts.js';

/** Fields of every development, whatever it is about. */
export abstract class SharedFields {
  @PartOrParts(() => Attribution) attribution!: Attribution | Attribution[];
  @IsOptional() @Parts(() => Source) sources?: Source[];
  @IsOptional() @List() @Line(500, { each: true }) subjects?: string[];
  @IsOptional() @Prose() text?: string;
  @IsOptional() @Language() language?: string;
}

abstract class WorldFields extends SharedFields {
  @WorldType() type!: string;
  @Line() title!: string;
  /** EDTF; whether it has bounds is asked of them (rules.ts). */
  @Line() occurred!: string;
  @IsOptional() @Line() phrase?: string;
  @IsOptional() @Line(64) @TimeZone() timezone?: string;
  @IsOptional() @IsIn(['actual', 'planned', 'hypothetical', 'negated']) mode?: string;
  @IsOptional()
  @IsIn(['reported', 'claimed', 'alleged', 'denied', 'assessed', 'unknown'])
  assertion?: string;
  @IsOptional() @List() @Slug({ each: true }) actors?: string[];
  @IsOptional() @List() @Slug({ each: true }) recipients?: string[];
  @IsOptional() @Parts(() => Place) places?: Place[];
  @IsOptional() @Parts(() => Quantity) quantities?: Quantity[];
  @IsOptional() @Part(() => Quote) quote?: Quote;
  @IsOptional() @DateOrInstant() reportedAt?: string;
  @IsOptional() @Parts(() => Relation) related?: Relation[];
}

export class WorldInput extends WorldFields {
  @IsOptional() @NewId() id?: string;
  @Slug() matter!: string;
  @IsOptional() @InstantText() embargoedUntil?: string;
}

export class Replacement extends WorldFields {
  @IsOptional()
  @Unchangeable('an id names one development for ever; retract it and record another')
  id?: never;
  @IsOptional()
  @Unchangeable('retract the development and record it anew in the other matter')
  matter?: never;
  @IsOptional()
  @Unchangeable('the end of an embargo stays as recorded; `record.embargo-lifted` ends it earlier')
  embargoedUntil?: never;
}

/** A correction names only what it changes. */
for (const field of ['type', 'title', 'occurred', 'attribution']) IsOptional()(Replacement.prototype, field);

/** Fields that a replacement cannot take away with null: required ones, and those with a default. */
export const lasting: ReadonlySet<string> = new Set([
  ...['type', 'title', 'occurred', 'timezone', 'mode', 'assertion', 'attribution'],
  ...['id', 'matter', 'embargoedUntil'],
]);

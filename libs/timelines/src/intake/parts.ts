/** The parts of a development as a client may send them. Their meaning: `libs/chronology/development.ts`. */
import { IsIn, IsNumber, IsOptional } from 'class-validator';
import {
  Attributed,
  DateOrInstant,
  DevelopmentId,
  InstantText,
  Language,
  Line,
  Prose,
  Sha256,
  Slug,
  WebUrl,
} from './decorators.js';

export class Quantity {
  @Line() of!: string;
  @IsOptional() @Line() unit?: string;
  @IsOptional() @IsNumber() value?: number;
  @IsOptional() @IsNumber() low?: number;
  @IsOptional() @IsNumber() high?: number;
  @IsOptional() @IsNumber() delta?: number;
  @IsOptional() @Line() text?: string;
  @IsOptional() @IsNumber() prior?: number;
  @IsOptional() @IsIn(['stated', 'derived']) priorBasis?: string;
}

export class Place {
  @Slug() ref!: string;
  @IsIn(['exact', 'vicinity', 'region']) precision!: string;
}

export class Attribution {
  @Attributed() by!: string;
  @IsOptional() @Line() via?: string;
  @IsIn(['on-record', 'anonymous', 'publisher', 'handout', 'document']) record!: string;
}

export class Quote {
  @Prose() text!: string;
  @IsOptional() @Line() speaker?: string;
  @IsOptional() @Language() language?: string;
}

export class Source {
  @IsOptional() @Line() publisher?: string;
  @IsOptional() @Line() title?: string;
  @IsOptional() @WebUrl() url?: string;
  @IsOptional() @DateOrInstant() publishedAt?: string;
  @IsOptional() @InstantText() retrievedAt?: string;
  @IsOptional() @Sha256() sha256?: string;
  @IsOptional() @WebUrl() archiveUrl?: string;
}

export class Relation {
  @IsIn(['caused-by', 'responds-to', 'agrees', 'broader', 'narrower', 'related']) rel!: string;
  @DevelopmentId() id!: string;
}

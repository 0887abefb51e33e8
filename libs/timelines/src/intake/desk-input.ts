/** What a client may send as an editors' decision. Its matter is its target's, so it has none here. */
import { IsIn, IsOptional } from 'class-validator';
import { deskTypes } from '#libs/chronology';
import { DevelopmentId, Line, NewId, Part, Prose } from './decorators.js';
import { Replacement, SharedFields } from './world-input.js';

abstract class DeskFields extends SharedFields {
  @IsOptional() @NewId() id?: string;
  /** Any id that may stand in a ledger: a redaction may name what the service itself recorded. */
  @DevelopmentId() target!: string;
  @Prose() reason!: string;
  @IsOptional() @Line() title?: string;
}

export class DecisionInput extends DeskFields {
  @IsIn(deskTypes.filter((type) => type !== 'record.corrected')) type!: string;
}

export class CorrectionInput extends DeskFields {
  @IsIn(['record.corrected']) type!: string;
  @Part(() => Replacement) replacement!: Replacement;
}

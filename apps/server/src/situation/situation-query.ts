import { IsOptional } from 'class-validator';
import { Cursor, Limit, Name, OneOf, Point, Slug } from '../http/query-fields.js';

/** A point on the two clocks; both default to now. */
export class PointQuery {
  @IsOptional() @Point() asOf?: string;
  @IsOptional() @Point() knownAt?: string;
  @IsOptional() @Point() atLeast?: string;
}

export class SituationQuery extends PointQuery {
  @IsOptional() @Name() kind?: string;
  @IsOptional() @Name() panel?: string;
  @IsOptional() @Slug() actor?: string;
  @IsOptional() @Slug() place?: string;
  @IsOptional() @OneOf('true', 'false') includeClosed?: 'true' | 'false';
}

export class ReplayQuery extends SituationQuery {
  @IsOptional() @OneOf('true', 'false') each?: 'true' | 'false';
}

export class MatterQuery extends PointQuery {
  @IsOptional() @Cursor() after?: string;
  @IsOptional() @Limit() limit = '100';
}

/** With proof=true there is no list, so that nothing has pages. */
export class ProvableMatterQuery extends PointQuery {
  @IsOptional() @Cursor() after?: string;
  @IsOptional() @Limit() limit?: string;
  @IsOptional() @OneOf('true', 'false') proof: 'true' | 'false' = 'false';
}

export class MatterHistoryQuery extends MatterQuery {
  @IsOptional() @OneOf('valid', 'known') axis: 'valid' | 'known' = 'valid';
}

/** Two points; each of the four defaults to now. */
export class DiffQuery {
  @IsOptional() @Point() fromAsOf?: string;
  @IsOptional() @Point() toAsOf?: string;
  @IsOptional() @Point() fromKnownAt?: string;
  @IsOptional() @Point() toKnownAt?: string;
  @IsOptional() @Point() atLeast?: string;
  @IsOptional() @Cursor() after?: string;
  @IsOptional() @Limit() limit = '100';
}

import { IsOptional } from 'class-validator';
import { AtLeastQuery } from '../http/at-least-query.js';
import { CursorOrPosition, Limit, Matter, Name, OneOf, Point, Slug, Words } from '../http/query-fields.js';

/** Filters of the log; several must all hold. */
export class LogQuery {
  @IsOptional() @CursorOrPosition() after?: string;
  @IsOptional() @Limit() limit = '100';
  @IsOptional() @OneOf('asc', 'desc') order: 'asc' | 'desc' = 'asc';
  @IsOptional() @Name() type?: string;
  @IsOptional() @Name() kind?: string;
  @IsOptional() @Matter() matter?: string;
  @IsOptional() @Slug() actor?: string;
  @IsOptional() @Slug() place?: string;
  @IsOptional() @Words() q?: string;
  @IsOptional() @Point() occurredFrom?: string;
  @IsOptional() @Point() occurredTo?: string;
  @IsOptional() @Point() recordedFrom?: string;
  @IsOptional() @Point() recordedTo?: string;
  @IsOptional() @Point() atLeast?: string;
}

export class DevelopmentQuery extends AtLeastQuery {
  @IsOptional() @OneOf('true', 'false') proof: 'true' | 'false' = 'false';
}

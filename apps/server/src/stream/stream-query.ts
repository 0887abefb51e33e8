import { IsOptional, Matches } from 'class-validator';
import { Point } from '../http/query-fields.js';

export class StreamQuery {
  @IsOptional()
  @Matches(/^(-1|\d{1,15})$/, { message: 'must be a position: 0, 1, 2 …, or -1 for the beginning' })
  after?: string;

  @IsOptional() @Point() atLeast?: string;
}

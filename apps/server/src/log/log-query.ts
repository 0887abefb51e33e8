import { IsOptional } from 'class-validator';
import { AtLeastQuery } from '../http/at-least-query.js';
import { Point } from '../http/query-fields.js';

export class InclusionQuery extends AtLeastQuery {
  @IsOptional() @Point() position?: string;
  @IsOptional() @Point() size?: string;
}

export class ConsistencyQuery extends AtLeastQuery {
  @IsOptional() @Point() from?: string;
  @IsOptional() @Point() to?: string;
}

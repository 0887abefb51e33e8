import { IsOptional } from 'class-validator';
import { Point } from '../http/query-fields.js';

export class InclusionQuery {
  @IsOptional() @Point() position?: string;
  @IsOptional() @Point() size?: string;
}

export class ConsistencyQuery {
  @IsOptional() @Point() from?: string;
  @IsOptional() @Point() to?: string;
}

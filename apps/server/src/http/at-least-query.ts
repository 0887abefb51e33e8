import { IsOptional } from 'class-validator';
import { Point } from './query-fields.js';

/** Of a read that has no other parameter: the position that it must not be behind. */
export class AtLeastQuery {
  @IsOptional() @Point() atLeast?: string;
}

import { IsOptional } from 'class-validator';
import { Point, Position } from '../http/query-fields.js';

export class StreamQuery {
  @IsOptional() @Position() after?: string;
  @IsOptional() @Point() atLeast?: string;
}

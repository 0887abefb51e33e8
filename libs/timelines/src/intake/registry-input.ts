/** What a client may send about the newsroom's own vocabulary. The matter follows from type and slug. */
import { IsIn, IsOptional } from 'class-validator';
import { Country, Geometry, Line, List, NewId, Part, PhaseStep, Slug } from './decorators.js';
import { SharedFields } from './world-input.js';

export class ActorName {
  @Slug() slug!: string;
  @Line() name!: string;
  @IsOptional() @List() @Line(500, { each: true }) aliases?: string[];
  @IsOptional() @IsIn(['person', 'organisation', 'public-body', 'state', 'group']) actorType?: string;
}

export class ActorMerge {
  @Slug() slug!: string;
  @Slug() into!: string;
}

/** Undoes a merge; `into` may repeat which. */
export class ActorSplit {
  @Slug() slug!: string;
  @IsOptional() @Slug() into?: string;
}

export class PlaceName {
  @Slug() slug!: string;
  @Line() name!: string;
  @IsOptional() @List() @Line(500, { each: true }) aliases?: string[];
  @IsOptional() @Geometry() geometry?: object;
  @IsOptional() @Country() country?: string;
}

export class KindDefinition {
  @Slug() slug!: string;
  /** In order of rank; alternatives share one, written `paid|withdrawn`. */
  @List(1) @PhaseStep({ each: true }) phases!: string[];
  @IsOptional() @List() @Slug({ each: true }) closed?: string[];
  @Line() panel!: string;
  @IsOptional() @List() @Line(500, { each: true }) summed?: string[];
}

abstract class RegistryFields extends SharedFields {
  @IsOptional() @NewId() id?: string;
  @IsOptional() @Line() title?: string;
}

export class ActorNameInput extends RegistryFields {
  @IsIn(['actor.registered', 'actor.renamed']) type!: string;
  @Part(() => ActorName) registry!: ActorName;
}

export class ActorMergeInput extends RegistryFields {
  @IsIn(['actor.merged']) type!: string;
  @Part(() => ActorMerge) registry!: ActorMerge;
}

export class ActorSplitInput extends RegistryFields {
  @IsIn(['actor.split']) type!: string;
  @Part(() => ActorSplit) registry!: ActorSplit;
}

export class PlaceInput extends RegistryFields {
  @IsIn(['place.registered']) type!: string;
  @Part(() => PlaceName) registry!: PlaceName;
}

export class KindInput extends RegistryFields {
  @IsIn(['kind.defined']) type!: string;
  @Part(() => KindDefinition) registry!: KindDefinition;
}

// The use cases: one folder a verb, a command or query with its handler; what several need stands beside them. What a
// request means, and in what order the libraries below are asked. It refuses to know HTTP: statuses, headers and routes
// are the server's.
import type { Provider } from '@nestjs/common';
import { AwaitPositionHandler } from './await-position/await-position.js';
import { CheckReadinessHandler } from './check-readiness/check-readiness.js';
import { CreateTimelineHandler } from './create-timeline/create-timeline.js';
import { DevelopmentFeed } from './follow-developments/development-feed.js';
import { GetActorHandler } from './get-actor/get-actor.js';
import { GetDevelopmentHandler } from './get-development/get-development.js';
import { GetDiffHandler } from './get-diff/get-diff.js';
import { GetImpactHandler } from './get-impact/get-impact.js';
import { GetMatterHandler } from './get-matter/get-matter.js';
import { GetMatterHistoryHandler } from './get-matter-history/get-matter-history.js';
import { GetPlaceHandler } from './get-place/get-place.js';
import { GetSituationHandler } from './get-situation/get-situation.js';
import { GetTimelineHandler } from './get-timeline/get-timeline.js';
import { ImportDevelopmentsHandler } from './import-developments/import-developments.js';
import { ListLogKeysHandler } from './list-log-keys/list-log-keys.js';
import { ListRegistryHandler } from './list-registry/list-registry.js';
import { ListTimelinesHandler } from './list-timelines/list-timelines.js';
import { LogProofs } from './log-proofs.js';
import { Points } from './point.js';
import { ProveConsistencyHandler } from './prove-consistency/prove-consistency.js';
import { ProveInclusionHandler } from './prove-inclusion/prove-inclusion.js';
import { ProveMatterHandler } from './prove-matter/prove-matter.js';
import { ReadCheckpointHandler } from './read-checkpoint/read-checkpoint.js';
import { ReadGaugesHandler } from './read-gauges/read-gauges.js';
import { ReadLogHandler } from './read-log/read-log.js';
import { ReadTileHandler } from './read-tile/read-tile.js';
import { RecordDevelopmentsHandler } from './record-developments/record-developments.js';
import { ReplayTimelineHandler } from './replay-timeline/replay-timeline.js';
import { ReleaseEmbargoes } from './release-embargoes/release-embargoes.js';
import { TimelineDirectory } from './timeline-directory.js';

export { ArchiveRefused } from './archive/archive-refused.js';
export { ArchiveReader } from './archive/read-archive.js';
export { AwaitPosition } from './await-position/await-position.js';
export { AnswerWrong } from './check-answer/answer-wrong.js';
export { checkAnswer, type CheckedAnswer } from './check-answer/check-answer.js';
export { CheckReadiness, type Readiness } from './check-readiness/check-readiness.js';
export { CreateTimeline } from './create-timeline/create-timeline.js';
export {
  DevelopmentRefused,
  InvalidCursor,
  InvalidInput,
  InvalidParameter,
  type ParameterFault,
  NotACorrection,
  NotCaughtUp,
  NotYoursToRecord,
  type Problem,
  TimelineExists,
  TooMuchToProve,
  UnknownActor,
  UnknownDevelopment,
  UnknownMatter,
  UnknownTile,
  UnknownPlace,
} from './errors.js';
export { ExportTimeline, type ExportCounts } from './export-timeline/export-timeline.js';
export type { FlatDevelopment } from './flat-development.js';
export { foldMatter } from './fold-matter.js';
export { DevelopmentFeed, type FeedPage, seenOf } from './follow-developments/development-feed.js';
export { GetActor } from './get-actor/get-actor.js';
export { GetDevelopment } from './get-development/get-development.js';
export { GetDiff } from './get-diff/get-diff.js';
export { GetImpact } from './get-impact/get-impact.js';
export { GetMatter } from './get-matter/get-matter.js';
export { GetMatterHistory } from './get-matter-history/get-matter-history.js';
export { GetPlace } from './get-place/get-place.js';
export { GetSituation } from './get-situation/get-situation.js';
export { GetTimeline, GetTimelineHandler } from './get-timeline/get-timeline.js';
export { ImportArchive, type ImportedArchive } from './import-archive/import-archive.js';
export { ImportDevelopments, ImportDevelopmentsHandler } from './import-developments/import-developments.js';
export type { ImportStep } from './import-developments/import-step.js';
export { slugPattern, streamPattern } from './intake/grammar.js';
export { developmentJsonSchemas } from './intake/input-classes.js';
export { ListLogKeys } from './list-log-keys/list-log-keys.js';
export { ListRegistry } from './list-registry/list-registry.js';
export { ListTimelines } from './list-timelines/list-timelines.js';
export type { ConsistencyProof, InclusionProof } from './log-proofs.js';
export { LogProofs } from './log-proofs.js';
export { ProveConsistency } from './prove-consistency/prove-consistency.js';
export { ProveInclusion } from './prove-inclusion/prove-inclusion.js';
export { ProveMatter } from './prove-matter/prove-matter.js';
export { ReadCheckpoint } from './read-checkpoint/read-checkpoint.js';
export { type Gauges, ReadGauges } from './read-gauges/read-gauges.js';
export { type Page, pageOf } from './page.js';
export { ReadLog } from './read-log/read-log.js';
export type { Receipt } from './recording/receipt.js';
export { RecordDevelopments } from './record-developments/record-developments.js';
export { RehearseImport } from './rehearse-import/rehearse-import.js';
export { ReadTile } from './read-tile/read-tile.js';
export { ReplayTimeline, ReplayTimelineHandler } from './replay-timeline/replay-timeline.js';
export { Points } from './point.js';
export { isPosition, positionPattern } from './position.js';
export { type Timeline, TimelineDirectory } from './timeline-directory.js';
export { ReleaseEmbargoes } from './release-embargoes/release-embargoes.js';
export type { TimelineView } from './timeline-view.js';
export { type Sight, wholeSight } from './sight.js';
export { CLOCK, FOLD_VERSION, HINTS, LEDGER, NOTARY, READERS, VOCABULARIES } from './tokens.js';

/** Everything that answers a command or a query; the application provides the tokens. */
export const timelinesProviders: Provider[] = [
  AwaitPositionHandler,
  CheckReadinessHandler,
  CreateTimelineHandler,
  DevelopmentFeed,
  GetActorHandler,
  GetDevelopmentHandler,
  GetDiffHandler,
  GetImpactHandler,
  GetMatterHandler,
  GetMatterHistoryHandler,
  GetPlaceHandler,
  GetSituationHandler,
  GetTimelineHandler,
  ImportDevelopmentsHandler,
  ListLogKeysHandler,
  ListRegistryHandler,
  ListTimelinesHandler,
  LogProofs,
  Points,
  ProveConsistencyHandler,
  ProveInclusionHandler,
  ProveMatterHandler,
  ReadCheckpointHandler,
  ReadGaugesHandler,
  ReadLogHandler,
  ReadTileHandler,
  RecordDevelopmentsHandler,
  ReplayTimelineHandler,
  ReleaseEmbargoes,
  TimelineDirectory,
];

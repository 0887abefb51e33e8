import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Vocabularies } from '#libs/situations';
import {
  CLOCK,
  FOLD_VERSION,
  HINTS,
  LEDGER,
  NOTARY,
  READERS,
  timelinesProviders,
  VOCABULARIES,
} from '#libs/timelines';
import { ACCESS } from './access/access-token.js';
import { DevelopmentsController } from './developments/developments.controller.js';
import { FrontPageController } from './front-page/front-page.controller.js';
import { EmbargoWatch } from './embargoes/embargo-watch.js';
import type { EdgeSettings } from './http/edge-settings.js';
import { HealthController } from './health/health.controller.js';
import { LogController } from './log/log.controller.js';
import { AuditController } from './keys/audit.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import type { Resources } from './open-resources.js';
import { OpenStreams } from './http/open-streams.js';
import { ReplayController } from './situation/replay.controller.js';
import { type IncidentReport, INCIDENTS } from './service-log.js';
import { RegistryController } from './registry/registry.controller.js';
import { SituationController } from './situation/situation.controller.js';
import { StreamController } from './stream/stream.controller.js';
import { TimelineChannels } from './stream/timeline-channels.js';
import { TimelinesController } from './timelines/timelines.controller.js';

@Module({})
export class ServerModule {
  static over(
    { ledger, hints, notary, readers, clock, access, foldVersion }: Resources,
    { streams }: EdgeSettings,
    incidents: IncidentReport,
    metrics: Metrics,
  ): DynamicModule {
    const given: Provider[] = [
      { provide: LEDGER, useValue: ledger },
      { provide: HINTS, useValue: hints },
      { provide: NOTARY, useValue: notary },
      { provide: READERS, useValue: readers },
      { provide: VOCABULARIES, useValue: new Vocabularies(readers) },
      { provide: CLOCK, useValue: clock },
      { provide: FOLD_VERSION, useValue: foldVersion },
      { provide: ACCESS, useValue: access },
      { provide: INCIDENTS, useValue: incidents },
      { provide: Metrics, useValue: metrics },
      { provide: OpenStreams, useValue: new OpenStreams(streams) },
    ];
    return {
      module: ServerModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        TimelinesController,
        DevelopmentsController,
        RegistryController,
        SituationController,
        LogController,
        StreamController,
        ReplayController,
        KeysController,
        AuditController,
        HealthController,
        MetricsController,
        OpenApiController,
        FrontPageController,
      ],
      providers: [...given, ...timelinesProviders, TimelineChannels, EmbargoWatch],
    };
  }
}

import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '@heddle/store';
import {
  AccessModule,
  PRODUCT_VERSION,
  PUBLIC_URL,
  type RequestContext,
} from '@heddle/server-access';
import { BuiltInModule } from '@heddle/server-builtin';
import { DispatchModule } from '@heddle/server-dispatch';
import { NativeGatewayModule } from '@heddle/server-gateway-native';
import { LiveModule } from '@heddle/server-live';
import { LOG_RETENTION_DAYS, LogsModule } from '@heddle/server-logs';
import { RunsModule } from '@heddle/server-runs';
import { WorkflowsModule } from '@heddle/server-workflows';
import type { ServerConfig } from './config.js';
import { formatErrors } from './graphql-errors.js';
import { SCHEMA_PATH } from './paths.js';
import { RefusalFilter } from './refusal.filter.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';
import { SettingsModule } from './settings.module.js';
import { StoresModule } from './stores.module.js';
import { PRODUCT } from './version.js';

/** Depth that a query may nest; the usual introspection query has 15. */
const QUERY_DEPTH_MAX = 16;

/** All features, composed. */
@Module({})
export class AppModule {
  static create(
    config: ServerConfig,
    database: Database,
    report: (error: Error) => void,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        StoresModule.over(database),
        SettingsModule.with([
          { provide: PUBLIC_URL, useValue: config.publicUrl },
          { provide: PRODUCT_VERSION, useValue: PRODUCT.version },
          { provide: LOG_RETENTION_DAYS, useValue: config.logRetentionDays },
        ]),
        GraphQLModule.forRoot<MercuriusDriverConfig>(graphql(report)),
        AccessModule,
        WorkflowsModule,
        RunsModule,
        DispatchModule,
        LogsModule,
        LiveModule,
        BuiltInModule.register({ httpAllow: config.httpAllow, notify: config.notify }),
        NativeGatewayModule.register({ host: config.host, port: config.workerPort }, [
          DispatchModule,
          AccessModule,
        ]),
      ],
      providers: [JsonScalar, DateTimeScalar, { provide: APP_FILTER, useClass: RefusalFilter }],
    };
  }
}

function graphql(
  report: (error: Error) => void,
): MercuriusDriverConfig & { driver: typeof MercuriusDriver } {
  return {
    driver: MercuriusDriver,
    typePaths: [SCHEMA_PATH],
    path: '/graphql',
    graphiql: false,
    // Its own websocket plugin would take every upgrade, socket.io's included.
    subscription: false,
    jit: 1,
    queryDepth: QUERY_DEPTH_MAX,
    context: (request: FastifyRequest, reply: FastifyReply): RequestContext => ({
      request,
      reply,
      callers: new WeakMap(),
      loaders: new Map(),
    }),
    errorFormatter: (execution) => formatErrors(execution, report),
  };
}

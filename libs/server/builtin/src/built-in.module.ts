import { Module, type DynamicModule } from '@nestjs/common';
import { DispatchModule } from '@heddle/server-dispatch';
import { AddressGuard } from '@heddle/server-gateway-http';
import { BUILT_IN_EXECUTORS, BuiltInWorker } from './built-in-worker.service.js';
import type { BuiltInExecutor } from './executor.js';
import { HttpExecutor } from './http-executor.js';
import { NotifyExecutor, type NotifySettings } from './notify/notify-executor.js';
import { ScriptExecutor } from './script/script-executor.js';

/** Settings of the built-in worker. */
export interface BuiltInSettings {
  /** Private hosts that may be called, as `host` or `host:port`. */
  httpAllow: readonly string[];
  notify: NotifySettings;
}

/** The worker that is part of every server: `http`, `script` and `notify` nodes. */
@Module({})
export class BuiltInModule {
  static register({ httpAllow, notify }: BuiltInSettings): DynamicModule {
    const guard = new AddressGuard(httpAllow);
    const executors = (): BuiltInExecutor[] => [
      new HttpExecutor(guard),
      new ScriptExecutor(),
      new NotifyExecutor(guard, notify),
    ];
    return {
      module: BuiltInModule,
      imports: [DispatchModule],
      providers: [BuiltInWorker, { provide: BUILT_IN_EXECUTORS, useFactory: executors }],
    };
  }
}

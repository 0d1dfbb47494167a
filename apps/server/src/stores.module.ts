import { Global, Module, type DynamicModule } from '@nestjs/common';
import {
  AccessStore,
  Database,
  LogStore,
  BulkStore,
  HousekeepingStore,
  SignalStore,
  RunReader,
  WorkerStore,
  WorkflowStore,
} from '@heddle/store';

const STORES = [
  AccessStore,
  WorkflowStore,
  RunReader,
  WorkerStore,
  LogStore,
  SignalStore,
  BulkStore,
  HousekeepingStore,
];

/** The stores over one open database, for every feature. */
@Global()
@Module({})
export class StoresModule {
  static over(database: Database): DynamicModule {
    const providers = [
      { provide: Database, useValue: database },
      ...STORES.map((Store) => ({ provide: Store, useValue: new Store(database) })),
    ];
    return { module: StoresModule, providers, exports: providers };
  }
}

import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';

/** Values from the configuration, for the features that ask for them by token. */
@Global()
@Module({})
export class SettingsModule {
  static with(settings: (Provider & { provide: symbol })[]): DynamicModule {
    return {
      module: SettingsModule,
      providers: settings,
      exports: settings.map(({ provide }) => provide),
    };
  }
}

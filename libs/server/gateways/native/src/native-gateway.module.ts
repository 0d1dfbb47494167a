import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { NATIVE_GATEWAY_OPTIONS, type NativeGatewayOptions } from './native-gateway.options.js';
import { NativeGateway } from './native-gateway.service.js';

/** The native worker gateway. It opens its port when the application is up and closes it before the application goes down. */
@Module({})
export class NativeGatewayModule {
  /** @param imports modules that export `WORKER_DOOR` and `WORKER_TOKENS`. */
  static register(
    options: NativeGatewayOptions,
    imports: NonNullable<ModuleMetadata['imports']>,
  ): DynamicModule {
    return {
      module: NativeGatewayModule,
      imports,
      providers: [NativeGateway, { provide: NATIVE_GATEWAY_OPTIONS, useValue: options }],
      exports: [NativeGateway],
    };
  }
}

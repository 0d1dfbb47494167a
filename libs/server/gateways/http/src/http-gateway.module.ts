import { Module, type DynamicModule } from '@nestjs/common';
import { DispatchModule } from '@heddle/server-dispatch';
import { HTTP_ALLOW, HttpGateway } from './http-gateway.service.js';

/** HTTP calls of `http` nodes. */
@Module({})
export class HttpGatewayModule {
  /** @param allowed private hosts that may be called, as `host` or `host:port`. */
  static register(allowed: readonly string[]): DynamicModule {
    return {
      module: HttpGatewayModule,
      imports: [DispatchModule],
      providers: [HttpGateway, { provide: HTTP_ALLOW, useValue: allowed }],
    };
  }
}

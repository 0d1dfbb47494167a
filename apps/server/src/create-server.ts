import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Database } from '@heddle/store';
import { AppModule } from './app.module.js';
import type { ServerConfig } from './config.js';
import { addRoutes } from './http-routes.js';
import { STUDIO_PATH } from './paths.js';
import { PinoLogger, createLogger } from './pino-logger.js';

/** Largest request: a graph of the largest size, as JSON inside JSON. */
const BODY_BYTES_MAX = 12_000_000;

/** A server that is not listening yet, and what must be closed after it. */
export interface CreatedServer {
  app: NestFastifyApplication;
  database: Database;
}

/** Opens the database, brings its schema up to date, and puts the application together. */
export async function createServer(config: ServerConfig): Promise<CreatedServer> {
  const logger = createLogger(config.logLevel);
  const database = await Database.open(config.databaseUrl);
  await database.migrate();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: config.trustProxy,
    forceCloseConnections: true,
  });
  const report = (error: Error): void => logger.error({ err: error }, 'A request failed by a bug');
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.create(config, database, report),
    adapter,
    {
      logger: new PinoLogger(logger),
      abortOnError: false,
    },
  );
  app.useWebSocketAdapter(new IoAdapter(app));
  await addRoutes(
    app.getHttpAdapter().getInstance() as never,
    database,
    config.studioDir ?? STUDIO_PATH,
  );
  return { app, database };
}

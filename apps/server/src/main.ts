import { HeddleError, messageOf } from '@heddle/kernel';
import { ConfigError, readConfig } from './config.js';
import { createServer, type CreatedServer } from './create-server.js';
import { armFaults } from './faults.js';

/** A stop that takes longer than this is forced. */
const STOP_MS_MAX = 20_000;

/** One sentence on standard error, no stack: for everything that is not a bug of ours. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof HeddleError) return error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port ?? ''} is in use. Stop what listens there, or choose another port with PORT or WORKER_PORT.`;
  if (code === 'EACCES')
    return `Port ${port ?? ''} may not be opened by this user. Choose one above 1023 with PORT or WORKER_PORT.`;
  return `The server could not start: ${messageOf(error)}`;
}

function stopOnSignals({ app, database }: CreatedServer): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    app
      .close()
      .then(() => database.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`The server did not stop cleanly: ${messageOf(error)}\n`);
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

try {
  const config = readConfig(process.env);
  armFaults(process.env['HEDDLE_FAULT']);
  const server = await createServer(config);
  stopOnSignals(server);
  await server.app.listen(config.port, config.host);
  process.stdout.write(
    `${JSON.stringify({ msg: 'listening', url: config.publicUrl, workerPort: config.workerPort })}\n`,
  );
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '@heddle/store';
import type { AccessRule } from '@heddle/server-access';

/** Plain HTTP routes and who may use them; everything else is GraphQL or the live channel, which declare their own rules. */
export const ROUTE_RULES: Readonly<Record<string, AccessRule>> = {
  'GET /healthz': 'public',
  'HEAD /healthz': 'public',
  'GET /graphql': 'public',
  'HEAD /graphql': 'public',
  'POST /graphql': 'public',
  'GET /*': 'public',
  'HEAD /*': 'public',
};

/** Refuses, at start, a route that nobody declared. Files of Studio are public one by one. */
function checkRoutes(app: FastifyInstance, studioDir: string): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) {
      const isFile =
        /^(GET|HEAD)$/.test(verb) && existsSync(join(studioDir, decodeURIComponent(url)));
      if (!isFile && !(`${verb} ${url}` in ROUTE_RULES))
        throw new Error(`The route ${verb} ${url} declares no access rule.`);
    }
  });
}

/** Security headers, cookies, health, and Studio's files. */
export async function addRoutes(
  app: FastifyInstance,
  database: Database,
  studioDir: string,
): Promise<void> {
  checkRoutes(app, studioDir);
  await app.register(cookie);
  await app.register(compress, { global: true, threshold: 1_400 });
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // Mantine writes its variables into style elements; React Flow positions nodes by style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        workerSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        // Served over plain http on one's own machine.
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  });
  app.get('/healthz', (_request, reply) => health(database, reply));
  if (!existsSync(join(studioDir, 'index.html'))) return;
  await app.register(fastifyStatic, {
    root: studioDir,
    index: false,
    // One route per file, so that the catch-all below stays ours.
    wildcard: false,
    setHeaders: (reply, path) => {
      // Names under assets/ hold a hash of the content; everything else must be asked for again.
      const isHashed = path.includes('/assets/');
      void reply.header(
        'cache-control',
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  // GET /graphql is also how queries may be sent; a browser that wants a page gets GraphiQL instead.
  app.addHook('onRequest', async (request, reply) => {
    if (request.url === '/graphql' && wantsPage(request)) return reply.sendFile('graphiql.html');
  });
  app.get('/*', (request, reply) => page(request, reply, 'index.html'));
}

async function health(database: Database, reply: FastifyReply): Promise<FastifyReply> {
  try {
    await database.rows({ text: 'select 1' });
    return reply.send({ status: 'ok' });
  } catch {
    return reply.status(503).send({ status: 'database unavailable' });
  }
}

/** Studio finds its own way in the browser: every address that is no file and wants a page is the application. */
function page(request: FastifyRequest, reply: FastifyReply, file: string): FastifyReply {
  if (wantsPage(request)) return reply.sendFile(file);
  return reply
    .status(404)
    .send({ error: `There is nothing at ${request.method} ${request.url.split('?')[0]}.` });
}

function wantsPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

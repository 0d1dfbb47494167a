import { Inject, Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  type OnGatewayInit,
} from '@nestjs/websockets';
import type { DefaultEventsMap, Socket } from 'socket.io';
import { BadInputError, HeddleError, isJsonObject, messageOf, parseId } from '@heddle/kernel';
import type { LiveClientEvents, LiveReply, LiveServerEvents, RunDelta } from '@heddle/protocol';
import {
  ACCESS_RULE,
  AccessService,
  Allow,
  Caller,
  UnauthenticatedError,
  type AccessRule,
  type Identity,
} from '@heddle/server-access';
import { RunsService, WaitService, catchUpDelta } from '@heddle/server-runs';
import { RunReader } from '@heddle/store';
import { credentialsOf } from './credentials.js';
import { LivePublisher, type LiveServer } from './live.publisher.js';
import { logRoom, namespaceRoom, runRoom } from './rooms.js';

/** Rooms that one connection may be in. */
const ROOMS_MAX = 50;
/** How often watched runs are compared with the database: finds steps that other servers committed. */
const POLL_MS = 1_500;
/** Nodes of one run whose reasons are sent. */
const REASONS_MAX = 500;
/** How often the right to be connected is checked again: so long a person who was removed may still listen. */
const RECHECK_MS = 15_000;

interface LiveData {
  identify: () => Promise<Identity | null>;
  /** Roles when the connection began, as text. */
  roles: string;
}
type LiveSocket = Socket<LiveClientEvents, LiveServerEvents, DefaultEventsMap, LiveData>;

/** The live channel: who may join which room, and catching up. What is sent is the publisher's. */
@WebSocketGateway({
  path: '/live',
  destroyUpgrade: false,
  maxHttpBufferSize: 100_000,
  serveClient: false,
})
export class LiveGateway implements OnGatewayInit<LiveServer>, OnApplicationShutdown {
  @WebSocketServer() readonly server: LiveServer;
  readonly #log = new Logger(LiveGateway.name);
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly access: AccessService,
    private readonly runs: RunsService,
    private readonly publisher: LivePublisher,
    private readonly waits: WaitService,
    @Inject(RunReader) private readonly reader: RunReader,
  ) {}

  afterInit(server: LiveServer): void {
    this.publisher.bind(server);
    server.use((socket, next) => {
      const credentials = credentialsOf(socket.handshake);
      const identify = (): Promise<Identity | null> => this.#identify(credentials);
      socket.data.identify = identify;
      identify().then(
        (identity) => {
          socket.data.roles = rolesOf(identity);
          next(identity ? undefined : new UnauthenticatedError());
        },
        (error: unknown) => next(error instanceof Error ? error : new Error(messageOf(error))),
      );
    });
    // A run that nobody watches any more is forgotten.
    server.of('/').adapter.on('delete-room', (room: string) => this.publisher.forget(room));
    this.#timers.push(setInterval(() => void this.#poll(), POLL_MS));
    this.#timers.push(setInterval(() => void this.#recheck(), RECHECK_MS));
  }

  async #identify(credentials: ReturnType<typeof credentialsOf>): Promise<Identity | null> {
    if (credentials.token) return this.access.identifyKey(credentials.token);
    return credentials.session ? this.access.identifySession(credentials.session) : null;
  }

  onApplicationShutdown(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.server?.disconnectSockets(true);
  }

  @SubscribeMessage('watchRun')
  @Allow('run:read')
  watchRun(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown) {
    return this.#answer<{ deltas: RunDelta[]; reset: boolean }>(
      socket,
      this.watchRun,
      async (caller) => {
        const { runId } = texts(body, ['runId']);
        const afterSeq =
          isJsonObject(body) && Number.isSafeInteger(body['afterSeq'])
            ? Number(body['afterSeq'])
            : 0;
        const run = await this.runs.require(caller, runId!);
        await this.#join(socket, runRoom(run.id));
        // Joined before reading: whatever is committed from now on comes through the room.
        const delta = await this.#catchUp(run.id, Math.max(0, afterSeq));
        this.publisher.caughtUp(run.id, delta?.seq ?? afterSeq);
        return { deltas: delta ? [delta] : [], reset: false };
      },
    );
  }

  @SubscribeMessage('unwatchRun')
  @Allow('signedIn')
  async unwatchRun(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown) {
    const { runId } = texts(body, ['runId']);
    await socket.leave(runRoom(runId!));
  }

  @SubscribeMessage('watchLogs')
  @Allow('run:read')
  watchLogs(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown) {
    return this.#answer<object>(socket, this.watchLogs, async (caller) => {
      const { runId, nodeKey } = texts(body, ['runId', 'nodeKey']);
      const run = await this.runs.require(caller, runId!);
      await this.#join(socket, logRoom(run.id, nodeKey!));
      return {};
    });
  }

  @SubscribeMessage('unwatchLogs')
  @Allow('signedIn')
  async unwatchLogs(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown) {
    const { runId, nodeKey } = texts(body, ['runId', 'nodeKey']);
    await socket.leave(logRoom(runId!, nodeKey!));
  }

  @SubscribeMessage('watchNamespace')
  @Allow('namespace:read')
  watchNamespace(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown) {
    return this.#answer<object>(socket, this.watchNamespace, async (caller) => {
      const role = caller.inNamed(texts(body, ['namespace']).namespace!);
      this.publisher.nameNamespace(role.id, role.name);
      await this.#join(socket, namespaceRoom(role.id));
      return {};
    });
  }

  @SubscribeMessage('unwatchNamespace')
  @Allow('signedIn')
  async unwatchNamespace(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown) {
    const { namespace } = texts(body, ['namespace']);
    const identity = await socket.data.identify().catch(() => null);
    const role = identity?.roles.find(({ name }) => name === namespace);
    if (role) await socket.leave(namespaceRoom(role.id));
  }

  /** Runs a handler under its declared rule; refusals become answers, never exceptions. */
  async #answer<T extends object>(
    socket: LiveSocket,
    handler: (...args: never[]) => unknown,
    work: (caller: Caller) => Promise<T>,
  ): Promise<LiveReply<T>> {
    try {
      const identity = await socket.data.identify();
      if (!identity) throw new UnauthenticatedError();
      const rule = Reflect.getMetadata(ACCESS_RULE, handler) as AccessRule;
      return { ok: true, ...(await work(new Caller(rule, identity))) };
    } catch (error) {
      if (error instanceof HeddleError)
        return { ok: false, code: error.code, message: error.message };
      this.#log.error(
        `The live channel failed: ${error instanceof Error ? error.stack : messageOf(error)}`,
      );
      return { ok: false, code: 'UNAVAILABLE', message: 'The server could not answer; try again.' };
    }
  }

  async #join(socket: LiveSocket, room: string): Promise<void> {
    if (socket.rooms.size > ROOMS_MAX)
      throw new HeddleError(
        'TOO_MANY_REQUESTS',
        `One connection watches at most ${ROOMS_MAX} things; leave some first.`,
      );
    await socket.join(room);
  }

  /** What changed since a step, in one piece; null: nothing. */
  async #catchUp(runId: string, from: number): Promise<RunDelta | null> {
    // First the step, then what it wrote: what is read is that step or a later one, which will be sent again.
    const seq = (await this.reader.steps([runId])).get(runId)?.seq ?? 0;
    const run = seq > from ? await this.reader.find(runId) : null;
    return run && catchUpDelta(run, await this.reader.nodes(runId, from), { from, seq });
  }

  /** Tells why nodes wait. A run that has ended has nothing to tell. */
  async #explain(runId: string): Promise<void> {
    const reasons = await this.waits.reasons(runId, REASONS_MAX);
    this.publisher.sendReasons(runId, reasons);
  }

  /** Sends steps that other servers committed, or that went past while this one was busy. */
  async #poll(): Promise<void> {
    const rooms = [...this.server.of('/').adapter.rooms.keys()];
    const ids = rooms.filter((room) => room.startsWith('run:')).map((room) => room.slice(4));
    if (ids.length === 0) return;
    try {
      for (const [id, { seq }] of await this.reader.steps(ids)) {
        const sent = this.publisher.sentSeq(id);
        // Unknown: its first viewer is about to catch up.
        if (sent === undefined || seq <= sent) continue;
        const delta = await this.#catchUp(id, sent);
        if (delta) this.publisher.sendDelta(id, delta);
      }
      for (const id of ids) await this.#explain(id);
    } catch (error) {
      this.#log.debug(`Watched runs could not be compared: ${messageOf(error)}`);
    }
  }

  /** Ends connections whose session or key has ended, or whose roles changed: they join again with what they have now. */
  async #recheck(): Promise<void> {
    for (const socket of this.server.of('/').sockets.values()) {
      const { identify, roles } = socket.data as LiveData;
      const identity = await identify().catch(() => null);
      if (!identity || rolesOf(identity) !== roles) socket.disconnect(true);
    }
  }
}

function rolesOf(identity: Identity | null): string {
  return JSON.stringify(identity?.roles ?? null);
}

/** @throws {BadInputError} when a field is not a short text. */
function texts(body: unknown, fields: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of fields) {
    const value = isJsonObject(body) ? body[field] : undefined;
    if (typeof value !== 'string' || value.length > 200)
      throw new BadInputError(`The message needs ${field}, a text of at most 200 characters.`, {
        path: `/${field}`,
      });
    found[field] = field === 'runId' ? parseId('run', value) : value;
  }
  return found;
}

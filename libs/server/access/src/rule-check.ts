import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RESOLVER_TYPE_METADATA } from '@nestjs/graphql';
import { ACCESS_RULE } from './allow.js';
import { OPEN_RULES, PERMISSIONS } from './permissions.js';

/** Nest's mark on a handler of socket messages. */
const MESSAGE_MAPPING_METADATA = 'websockets:message_mapping';
const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);

/** Something that answers callers: a GraphQL root field or a handler of socket messages. */
export interface Handler {
  /** `RunsResolver.cancel` */
  name: string;
  rule: string | undefined;
}

/** Looks at every handler of the application at start: one without a known rule keeps the server from starting. */
@Injectable()
export class RuleCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const missing = this.handlers().filter(({ rule }) => !isKnown(rule));
    if (missing.length > 0)
      throw new Error(
        `These handlers declare no access rule: ${missing.map(({ name }) => name).join(', ')}.`,
      );
  }

  /** All handlers with their rules. */
  handlers(): Handler[] {
    const handlers: Handler[] = [];
    for (const { instance } of this.discovery.getProviders()) {
      if (!instance || typeof instance !== 'object') continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[method];
        if (typeof handler !== 'function' || !answersCallers(handler)) continue;
        const rule = Reflect.getMetadata(ACCESS_RULE, handler) as string | undefined;
        handlers.push({ name: `${(instance as object).constructor.name}.${method}`, rule });
      }
    }
    return handlers;
  }
}

function answersCallers(handler: object): boolean {
  const root = Reflect.getMetadata(RESOLVER_TYPE_METADATA, handler) as string | undefined;
  return ROOT_TYPES.has(root ?? '') || Reflect.hasMetadata(MESSAGE_MAPPING_METADATA, handler);
}

function isKnown(rule: string | undefined): boolean {
  return (
    rule !== undefined && (rule in PERMISSIONS || (OPEN_RULES as readonly string[]).includes(rule))
  );
}

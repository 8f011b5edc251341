/** What every route works with. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ProfileStore } from '../../memory/index.ts';
import type { ChatEngine } from '../chat/chat-engine.ts';
import type { ApiKey, Caller } from './keys.ts';
import type { RateLimits, RequestLimits } from './limits.ts';
import type { ServerMetrics } from './metrics.ts';

/** Takes facts of a line and its name; never a person's text. */
export type ServerLogger = {
  info(facts: object, name: string): void;
  error(facts: object, name: string): void;
};

export type ServerParts = {
  readonly engine: ChatEngine;
  /** Null for a server without memory. */
  readonly store: ProfileStore | null;
  readonly keys: readonly ApiKey[];
  readonly limits: RequestLimits;
  readonly rates: RateLimits;
  readonly metrics: ServerMetrics;
  readonly logger: ServerLogger;
  /** Name or address the server was started with. */
  readonly host: string;
  /** Origins of pages elsewhere that may ask; none by default. */
  readonly corsOrigins: readonly string[];
  readonly nowMs: () => number;
  readonly timestamp: () => string;
  /** Fires where the server is closing: streams of events end then. */
  readonly closing: AbortSignal;
  /** Paths beside the API that answer without a key. */
  readonly isOpen: (path: string) => boolean;
};

/** What a request carries through the routes. */
export type RequestVariables = { caller: Caller; route: string };

/** The routes, to which others may be added. */
export type ServerApp = OpenAPIHono<{ Variables: RequestVariables }>;

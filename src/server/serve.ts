/** The server on a socket: starts, and on closing finishes what is being written. */
import type * as http from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { pino, type DestinationStream } from 'pino';
import {
  formatHost,
  isLoopback,
  listen,
  parseHost,
  ConfigError,
  type Clock,
} from '../base/index.ts';
import type { ProfileStore } from '../memory/index.ts';
import { ChatEngine } from './chat/chat-engine.ts';
import type { ServedModel } from './chat/served-model.ts';
import { createServerApp } from './http/app.ts';
import type { ServerApp, ServerLogger } from './http/context.ts';
import type { ApiKey } from './http/keys.ts';
import { createRateLimits, defaultRequestLimits, type RequestLimits } from './http/limits.ts';
import { createMetrics } from './http/metrics.ts';

export type ServeChatOptions = {
  readonly model: ServedModel;
  /** Null for a server without memory. */
  readonly store: ProfileStore | null;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Nobody outside of this machine is served without keys. */
  readonly keys?: readonly ApiKey[];
  readonly limits?: Partial<RequestLimits>;
  /** Origins of pages elsewhere that may ask; none by default. */
  readonly corsOrigins?: readonly string[];
  /** Takes log lines in JSON; by default nothing is logged. */
  readonly log?: { write(line: string): void };
  readonly clock: Clock;
  readonly version: string;
  /** Adds what is served beside the API: pages, say. */
  readonly extend?: (app: ServerApp) => void;
  /** Paths of `extend` that answer without a key; none by default. */
  readonly isOpen?: (path: string) => boolean;
};

export type ChatServer = {
  readonly url: string;
  readonly engine: ChatEngine;
  /** Takes nothing more, waits for what is being written, at most so long, and closes. Default: 30 s. */
  close(longestSeconds?: number): Promise<void>;
};

/** Milliseconds that a connection without a request is kept. */
const keepAliveMs = 75_000;

/** Starts serving. Throws `ConfigError` for a port in use, and for a server without keys that others could reach. */
export async function serveChat(options: ServeChatOptions): Promise<ChatServer> {
  const { model, store, host, port, clock, keys = [] } = options;
  if (keys.length === 0 && !isLoopback(parseHost(formatHost(host)) ?? '')) {
    throw new ConfigError(
      'keys_missing',
      `A server at ${host} can be reached by others and must have keys; none were given.`,
      { hint: 'Give --keys FILE or set RLPA_API_KEY, or serve at 127.0.0.1.' },
    );
  }
  const metrics = createMetrics();
  const closing = new AbortController();
  const limits = { ...defaultRequestLimits, ...options.limits };
  const engine = new ChatEngine({ model, store, nowMs: clock.nowMs, onEvent: metrics.countEvent });
  const app = createServerApp(
    {
      ...{ engine, store, keys, limits, metrics, host },
      rates: createRateLimits(limits),
      logger: createLogger(options.log),
      corsOrigins: options.corsOrigins ?? [],
      nowMs: clock.nowMs,
      timestamp: clock.timestamp,
      closing: closing.signal,
      isOpen: options.isOpen ?? (() => false),
    },
    options.version,
  );
  options.extend?.(app);
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
  }) as http.Server;
  // Longer than clients keep a connection: under load one was else closed in the moment it was used again.
  server.keepAliveTimeout = keepAliveMs;
  server.headersTimeout = keepAliveMs + 5000;
  const taken = await listen(server, { host, port });
  return {
    url: `http://${formatHost(host)}:${taken}`,
    engine,
    close: async (longestSeconds = 30) => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A connection whose answer has just ended is idle only now, and would be kept for the next one.
      const ending = setInterval(() => server.closeIdleConnections(), 50);
      const timer = setTimeout(() => server.closeAllConnections(), longestSeconds * 1000);
      await closed;
      clearInterval(ending);
      clearTimeout(timer);
      metrics.registry.clear();
    },
  };
}

function createLogger(log: ServeChatOptions['log']): ServerLogger {
  if (log === undefined) return pino({ enabled: false });
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, log as DestinationStream);
}

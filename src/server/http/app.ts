/**
 * The server's answers, without a socket: who may ask, how much, what is logged, and the routes.
 *
 * A log line names route, status, key and time. It never holds an address with a person's id in it, a body, or
 * a header.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { routePath } from 'hono/route';
import { isMeantFor, parseHost, StoreError } from '../../base/index.ts';
import { RequestError } from '../errors.ts';
import { addChatRoutes } from './chat-routes.ts';
import { limitBody } from './body-limit.ts';
import type { RequestVariables, ServerApp, ServerParts } from './context.ts';
import { authorise, identify } from './keys.ts';
import { describeFailure, describeIssues } from './describe-failure.ts';
import { logFailure } from './log-failure.ts';
import { addMcpRoutes } from './mcp-routes.ts';
import { describeMethods, describeNoRoute } from './no-route.ts';
import { addProfileRoutes } from './profile-routes.ts';

const headers: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Routes that answer without a key: they tell nothing of anybody. */
const openPaths = ['/healthz', '/readyz', '/openapi.json'];

/** Creates the app. */
export function createServerApp(parts: ServerParts, version: string): ServerApp {
  const app: ServerApp = new OpenAPIHono<{ Variables: RequestVariables }>({
    defaultHook: (result) => {
      if (!result.success) throw describeIssues(result.error.issues);
    },
  });
  app.use(async (context, next) => {
    const began = parts.nowMs();
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
    logRequest(context, parts, began);
  });
  app.use(async (context, next) => {
    checkHost(context, parts.host);
    checkPath(context);
    await next();
  });
  if (parts.corsOrigins.length > 0) {
    app.use(
      // Without a list of headers those are let in that the page asks for: clients send many of their own.
      cors({
        origin: parts.corsOrigins.includes('*') ? '*' : [...parts.corsOrigins],
        allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
        exposeHeaders: ['retry-after'],
      }),
    );
  }
  app.use(async (context, next) => {
    checkOrigin(context, parts.corsOrigins);
    await next();
  });
  app.use(async (context, next) => {
    await limitBody(context, parts.limits.bodyBytes);
    await next();
  });
  app.use(async (context, next) => {
    const { path } = context.req;
    if (openPaths.includes(path) || parts.isOpen(path)) return next();
    const caller = identify(context.req.header('authorization'), parts.keys);
    context.set('caller', caller);
    await parts.rates.countRequest(caller);
    await next();
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (context, methods) => {
        const { body } = describeMethods(methods);
        return context.json(body, 405, { allow: methods.join(', ') });
      },
    }),
  );
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    try {
      await parts.store?.ping();
      return context.json({ status: 'ready', store: parts.store === null ? 'none' : 'ready' });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // Chats go on without memory, so the server is of use; whoever watches it is told.
      return context.json({ status: 'degraded', store: 'unavailable' }, 503);
    }
  });
  app.get('/metrics', async (context) => {
    authorise(context.var.caller, 'metrics', null);
    const { registry } = parts.metrics;
    return context.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
  addChatRoutes(app, parts);
  addProfileRoutes(app, parts);
  addMcpRoutes(app, parts, version);
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
  });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'rlpa', version },
    security: [{ key: [] }],
  });
  app.notFound((context) => answerFailure(context, describeNoRoute(app, context)));
  app.onError(async (error, context) => {
    const failure = await describeFailure(error, context);
    if (failure.status >= 500) logFailure(parts.logger, error, failure.told.code);
    return answerFailure(context, failure);
  });
  return app;
}

function answerFailure(context: Context, failure: RequestError): Response {
  const { retryAfterSeconds } = failure.told;
  if (retryAfterSeconds !== undefined) context.header('retry-after', String(retryAfterSeconds));
  if (failure.status === 401) context.header('www-authenticate', 'Bearer');
  return context.json(failure.body, failure.status as 400);
}

/** A page elsewhere can point a name of its own at this machine; only our own names are answered. */
function checkHost({ req }: Context, bound: string): void {
  const asked = [req.header('host') ?? '', new URL(req.url).host].map(parseHost);
  if (asked.every((host) => host !== null && isMeantFor(bound, host))) return;
  throw new RequestError(403, 'permission_error', {
    code: 'host_refused',
    message: 'This server answers to the name it was started with (--host) and to addresses.',
  });
}

/** An id that cannot be read is not taken letter by letter: it would be another person's than its caller means. */
function checkPath({ req }: Context): void {
  try {
    decodeURIComponent(new URL(req.url).pathname);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new RequestError(400, 'invalid_request_error', {
      code: 'invalid_path',
      message:
        'Expected a path in UTF-8, with % followed by two hexadecimal digits (% itself is %25).',
    });
  }
}

/** A browser says where a page comes from; pages elsewhere may ask only where they were let in. */
function checkOrigin({ req }: Context, allowed: readonly string[]): void {
  const origin = req.header('origin');
  if (origin === undefined || allowed.includes(origin) || allowed.includes('*')) return;
  if (URL.canParse(origin) && new URL(origin).host === req.header('host')) return;
  throw new RequestError(403, 'permission_error', {
    code: 'origin_refused',
    message:
      'Pages of other origins may not ask here. Start the server with --cors ORIGIN to let one in.',
  });
}

function logRequest(
  context: Context,
  { logger, metrics, nowMs }: ServerParts,
  began: number,
): void {
  const route = `${context.req.method} ${routePath(context, -1)}`;
  const { status } = context.res;
  const milliseconds = Math.round(nowMs() - began);
  metrics.countRequest(route, status, milliseconds / 1000);
  const { caller } = context.var as Partial<RequestVariables>;
  logger.info({ route, status, ms: milliseconds, key: caller?.name ?? null }, 'request');
}

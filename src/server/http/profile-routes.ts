/** `/v1/users/{id}/…`: read, correct, pin, delete, history, export, import, erase. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  changedSchema,
  entryHistorySchema,
  entryIdSchema,
  entryPatchSchema,
  erasedSchema,
  exportSchema,
  historyQuerySchema,
  historySchema,
  importedSchema,
  importSchema,
  newEntrySchema,
  profileQuerySchema,
  profileSchema,
  userIdSchema,
  type Scope,
} from '../../api/index.ts';
import { renderPromptText, searchEntries, type ProfileStore } from '../../memory/index.ts';
import { RequestError } from '../errors.ts';
import type { ServerApp, ServerParts } from './context.ts';
import { streamEvents } from './events.ts';
import { authorise, type Caller } from './keys.ts';
import { failures, jsonBody, jsonResponse } from './schemas.ts';

const user = z.object({ id: userIdSchema });
const entry = z.object({ id: userIdSchema, entry: entryIdSchema });
const tags = ['profile'];

const readRoute = createRoute({
  method: 'get',
  path: '/v1/users/{id}/profile',
  summary: 'What is known of a person now; with format=text as text for a prompt',
  tags,
  request: { params: user, query: profileQuerySchema },
  responses: { ...jsonResponse(200, profileSchema, 'The profile'), ...failures },
});

const addRoute = createRoute({
  method: 'post',
  path: '/v1/users/{id}/profile',
  summary: 'Add an entry in the name of the person; it replaces what stands in its place',
  tags,
  request: { params: user, ...jsonBody(newEntrySchema) },
  responses: { ...jsonResponse(201, changedSchema, 'The entry, and what changed'), ...failures },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/v1/users/{id}/profile/{entry}',
  summary: 'Correct or pin an entry',
  tags,
  request: { params: entry, ...jsonBody(entryPatchSchema) },
  responses: { ...jsonResponse(200, changedSchema, 'The entry, and what changed'), ...failures },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/users/{id}/profile/{entry}',
  summary:
    'Delete an entry for good: its past, its quotes, the messages it was read from, kept conversations',
  tags,
  request: { params: entry },
  responses: { ...jsonResponse(200, erasedSchema, 'What was deleted'), ...failures },
});

const entryHistoryRoute = createRoute({
  method: 'get',
  path: '/v1/users/{id}/profile/{entry}/history',
  summary: 'All that ever stood in the place of an entry',
  tags,
  request: { params: entry },
  responses: { ...jsonResponse(200, entryHistorySchema, 'Newest first'), ...failures },
});

const historyRoute = createRoute({
  method: 'get',
  path: '/v1/users/{id}/history',
  summary: 'The time line of changes',
  tags,
  request: { params: user, query: historyQuerySchema },
  responses: { ...jsonResponse(200, historySchema, 'Newest first'), ...failures },
});

const exportRoute = createRoute({
  method: 'get',
  path: '/v1/users/{id}/export',
  summary: 'All that is held of a person',
  tags,
  request: { params: user },
  responses: { ...jsonResponse(200, exportSchema, 'Everything'), ...failures },
});

const importRoute = createRoute({
  method: 'post',
  path: '/v1/users/{id}/import',
  summary: 'Take entries from elsewhere; what the person has already stays',
  tags,
  request: { params: user, ...jsonBody(importSchema) },
  responses: { ...jsonResponse(200, importedSchema, 'What changed'), ...failures },
});

const eraseRoute = createRoute({
  method: 'delete',
  path: '/v1/users/{id}',
  summary: 'Erase a person: entries, messages, turns, history',
  tags,
  request: { params: user },
  responses: { ...jsonResponse(200, erasedSchema, 'How much of each kind is gone'), ...failures },
});

const eventsRoute = createRoute({
  method: 'get',
  path: '/v1/users/{id}/events',
  summary: 'Changes as they happen, by server-sent events; resumes after Last-Event-ID',
  tags,
  request: { params: user, headers: z.object({ 'last-event-id': z.string().optional() }) },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
    ...failures,
  },
});

/** Adds the routes. */
export function addProfileRoutes(app: ServerApp, parts: ServerParts): void {
  const { schema } = parts.engine.model.dialect;
  /** The store, for somebody who may do this. */
  const open = (caller: Caller, scope: Scope, id: string): ProfileStore => {
    authorise(caller, scope, id);
    if (parts.store !== null) return parts.store;
    throw new RequestError(404, 'not_found_error', {
      code: 'no_store',
      message: 'This server keeps no profiles: it was started without a store.',
    });
  };

  app.openapi(readRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { format, max_tokens: maxTokens, q } = context.req.valid('query');
    const profile = await open(context.var.caller, 'profile:read', id).readProfile(id);
    const entries = q === undefined ? profile.entries : searchEntries(profile.entries, q);
    if (format === 'text') {
      const nowMs = Date.parse(parts.timestamp());
      return context.text(renderPromptText(entries, { maxTokens, nowMs })) as never;
    }
    return context.json({ ...profile, entries }, 200);
  });

  app.openapi(addRoute, async (context) => {
    const { id } = context.req.valid('param');
    const store = open(context.var.caller, 'profile:write', id);
    return context.json(await store.addEntry(id, context.req.valid('json'), schema), 201);
  });

  app.openapi(patchRoute, async (context) => {
    const { id, entry: entryId } = context.req.valid('param');
    const store = open(context.var.caller, 'profile:write', id);
    const changed = await store.patchEntry(id, entryId, context.req.valid('json'), schema);
    if (changed === null) throw noSuchEntry();
    return context.json(changed, 200);
  });

  app.openapi(deleteRoute, async (context) => {
    const { id, entry: entryId } = context.req.valid('param');
    const store = open(context.var.caller, 'profile:write', id);
    const erased = await store.deleteEntry(id, entryId);
    if (erased === null) throw noSuchEntry();
    await parts.engine.forgetConversations();
    return context.json(erased, 200);
  });

  app.openapi(entryHistoryRoute, async (context) => {
    const { id, entry: entryId } = context.req.valid('param');
    const found = await open(context.var.caller, 'profile:read', id).readEntryHistory(id, entryId);
    if (found === null) throw noSuchEntry();
    return context.json(found, 200);
  });

  app.openapi(historyRoute, async (context) => {
    const { id } = context.req.valid('param');
    const store = open(context.var.caller, 'profile:read', id);
    return context.json(await store.readHistory(id, context.req.valid('query')), 200);
  });

  app.openapi(exportRoute, async (context) => {
    const { id } = context.req.valid('param');
    return context.json(await open(context.var.caller, 'profile:read', id).exportUser(id), 200);
  });

  app.openapi(importRoute, async (context) => {
    const { id } = context.req.valid('param');
    const store = open(context.var.caller, 'profile:write', id);
    return context.json(await store.importEntries(id, context.req.valid('json'), schema), 200);
  });

  app.openapi(eraseRoute, async (context) => {
    const { id } = context.req.valid('param');
    const erased = await open(context.var.caller, 'erase', id).erase(id);
    await parts.engine.forgetConversations();
    return context.json(erased, 200);
  });

  app.openapi(eventsRoute, async (context) => {
    const { id } = context.req.valid('param');
    const store = open(context.var.caller, 'profile:read', id);
    const last = context.req.valid('header')['last-event-id'];
    const signal = AbortSignal.any([context.req.raw.signal, parts.closing]);
    return (await streamEvents(store, { user: id, last, signal })) as never;
  });
}

function noSuchEntry(): RequestError {
  return new RequestError(404, 'not_found_error', {
    code: 'entry_not_found',
    param: 'entry',
    message: 'This person has no such entry that holds.',
  });
}

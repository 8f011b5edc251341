/** MCP over Streamable HTTP. */
import type { ServerApp } from './app.ts';
import type { ServerParts } from './context.ts';

export function addMcpRoutes(app: ServerApp, parts: ServerParts): void {
  void app;
  void parts;
}

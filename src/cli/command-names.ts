/** The commands there are, by name; the table of commands is held to this list. */
export const commandNames = [
  'demo',
  'train',
  'compare',
  'eval',
  'floors',
  'report',
  'simulate',
  'rescore',
  'chat',
  'serve',
  'mcp',
  'score',
  'warm-start',
  'models',
  'doctor',
] as const;

export type CommandName = (typeof commandNames)[number];

export * from './types.ts';
export * from './template.ts';
export * from './small-templates.ts';
export * from './scripted.ts';
export * from './fence.ts';
export * from './client/index.ts';

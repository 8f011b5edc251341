export * from './output.ts';
export * from './instructions.ts';

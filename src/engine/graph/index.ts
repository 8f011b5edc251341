/** The typed graph: values, operations, shape inference, printing. */
export * from './types.ts';
export * from './dims.ts';
export * from './graph.ts';
export * from './ops.ts';
export * from './print.ts';
export * from './cut.ts';
export * from './half-floats.ts';

/** The training engine: typed graphs, gradients, ONNX, sessions, reference, optimizer. */
export * from './graph/index.ts';
export * from './onnx/index.ts';
export * from './runtime/index.ts';
export * from './grad/index.ts';
export * from './reference/index.ts';
export * from './optim/index.ts';

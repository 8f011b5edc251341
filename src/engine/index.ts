/** The training engine: typed graphs, gradients, ONNX, sessions, reference, optimiser. */
export * from './graph/index.ts';

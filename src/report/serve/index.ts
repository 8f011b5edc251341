export * from './serve.ts';
export * from './report-app.ts';
export * from './hosts.ts';

export * from './arms.ts';
export * from './world-suite.ts';
export * from './decodings.ts';
export * from './table.ts';
export * from './comparison.ts';
export * from './mark-profile.ts';
export * from './transcript.ts';
export * from './charts.ts';

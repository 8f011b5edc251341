export { createReportApp, type ReportAppOptions } from './report-app.ts';
export { listRuns, type RunOverview } from './run-overview.ts';
export { serveReport, type ReportServer, type ServeOptions } from './serve.ts';

export { createReportApp, type ReportAppOptions } from './report-app.ts';
export { serveReport, type ReportServer, type ServeOptions } from './serve.ts';

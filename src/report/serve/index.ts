export { createReportApp, type ReportAppOptions } from './report-app.ts';
export { isMeantFor, parseHost } from './hosts.ts';
export { serveReport, type ReportServer, type ServeOptions } from './serve.ts';

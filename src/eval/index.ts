export {
  type ArmMetric,
  armMetrics,
  type ArmRun,
  type ArmSearch,
  type ArmSummary,
  type LeftOutFamily,
  listMeasured,
  readArmMetric,
  renderArmMatrix,
  renderArms,
  summarizeArms,
  summarizeValues,
} from './arms.ts';
export { computeLeftOutLoss, type LeftOutLoss } from './left-out.ts';
export {
  compareArms,
  type ComparedArms,
  fewestSeeds,
  findBestArms,
  type SeedDifference,
  type SeedMeasure,
} from './seed-differences.ts';
export { computeScale, type Floor, measureScripts, type MeasureScriptsOptions } from './floors.ts';
export { renderFloors, type PlacedPolicy } from './floors-table.ts';
export {
  type ComparedMetric,
  comparedMetrics,
  compareLateMeans,
  compareProfileReward,
  computeLateMean,
  type Decoding,
  type DecodingName,
  decodingNames,
  evaluateWorld,
  type EvaluateWorldOptions,
  type JsonInterval,
  mapMetrics,
  measurePeople,
  type MeetingOptions,
  meetPeople,
  readTurnMetric,
  type RewardChange,
  type Scale,
  scoreWorld,
  type WorldEvaluation,
  type WorldScores,
} from './world-suite.ts';
export {
  armRunSchema,
  armSearchSchema,
  armSummarySchema,
  floorSchema,
  worldEvaluationSchema,
  worldScoresSchema,
} from './score-schema.ts';
export { chooseDecoding, createDecoding, type DecodingOptions } from './decodings.ts';
export { renderInterval, renderNumber, renderTable, type TableColumn } from './table.ts';
export {
  type ComparedGroup,
  describeDecoding,
  renderComparison,
  renderScores,
  type ScoredPolicy,
} from './comparison.ts';
export { type MarkedProfile, markProfile } from './mark-profile.ts';
export { renderItem, renderItems, renderTranscript } from './transcript.ts';
export {
  type ChartSeries,
  describeLearningCurves,
  type LineChart,
  renderLineChart,
} from './charts.ts';
export { baselineDashes, dashes, type PageChart, plotArea, renderPageChart } from './page-chart.ts';
export {
  renderScaleChart,
  type ScaleChart,
  type ScaleMark,
  type ScalePoint,
} from './scale-chart.ts';
export {
  type AnsweredMessage,
  type ChatTurn,
  copyFirstPerson,
  countFacts,
  type FactCounts,
  type FactMessage,
  type FactScores,
  type Notes,
  type PersonaConversation,
  readPersonaChat,
  scoreFacts,
  selectChats,
  selectFactMessages,
  selectPracticeTalks,
} from './persona-chat.ts';
export {
  type FillerExchange,
  type OptionScores,
  type PreferenceItem,
  type PreferenceScores,
  readFiller,
  readPreferences,
  scorePreferences,
} from './prefeval.ts';
export { type PlainQuestion, plainQuestions, scoreAnswers } from './plain-questions.ts';

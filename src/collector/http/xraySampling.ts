/**
 * X-Ray's SDKs ask their daemon which requests to trace, by HTTP on the port of its datagrams. Where nobody answers they
 * send one request a second and a twentieth of the others; here all are wanted. As the daemon's API has it:
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html
 */

import type { CallRoute, HttpAnswer } from "./route.ts";

const everyRequest = {
  ...{ RuleName: "Default", RuleARN: "*", ResourceARN: "*", Version: 1, Priority: 10_000 },
  ...{ Host: "*", HTTPMethod: "*", URLPath: "*", ServiceName: "*", ServiceType: "*" },
  ...{ Attributes: {}, FixedRate: 1, ReservoirSize: 1 },
};

export const xraySamplingRoutes: readonly CallRoute[] = [
  answerWith("/GetSamplingRules", {
    SamplingRuleRecords: [{ SamplingRule: everyRequest, CreatedAt: 0, ModifiedAt: 0 }],
  }),
  answerWith("/SamplingTargets", {
    SamplingTargetDocuments: [],
    UnprocessedStatistics: [],
    LastRuleModification: 0,
  }),
];

function answerWith(path: string, value: object): CallRoute {
  const answer: HttpAnswer = {
    status: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  };
  return { kind: "call", path, answer: () => Promise.resolve(answer) };
}

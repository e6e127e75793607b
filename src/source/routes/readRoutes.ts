/** The text of one file → its routes, by the reader of its language. A file without a sign of any is not looked at. */

import type { SymbolFact } from "../fileFacts.ts";
import type { SourceLanguage } from "../languages.ts";
import { readConfigRoutes } from "./configRoutes.ts";
import { readOpenApi, readProto } from "./contractRoutes.ts";
import { readDotnetRoutes } from "./dotnetRoutes.ts";
import { readFileRoutes } from "./fileRoutes.ts";
import { readGoRoutes } from "./goRoutes.ts";
import { readJvmRoutes } from "./jvmRoutes.ts";
import { readPhpRoutes } from "./phpRoutes.ts";
import { readPythonRoutes } from "./pythonRoutes.ts";
import { readRouteConstants } from "./routeConstants.ts";
import { noRoutes, type RouteFacts } from "./routeFacts.ts";
import { RouteReader } from "./routeReader.ts";
import { readRubyRoutes } from "./rubyRoutes.ts";
import { readRustRoutes } from "./rustRoutes.ts";
import { readCppRoutes, readDartRoutes } from "./registeredRoutes.ts";
import { readScriptRoutes } from "./scriptRoutes.ts";
import { readSwiftRoutes } from "./swiftRoutes.ts";

interface Family {
  readonly hint: RegExp;
  readonly read: (reader: RouteReader) => void;
}

const script: Family = {
  hint: /\.(?:get|post|put|delete|del|patch|all|use|route|register|options|head|mount)\s*(?:<[^>]*>)?\(|@(?:Json)?Controller\(|setGlobalPrefix|module\s*:|method\s*:/,
  read: readScriptRoutes,
};
const jvm: Family = {
  hint: /@(?:\w+Mapping|\w+Exchange|Path|GET|POST|PUT|DELETE|PATCH|Get|Post|Put|Delete|Patch|Route|RequestLine)\b|[Rr]outing|javalin|[Rr]outer|spark\.|path[A-Z(]|-> Root\b|dsl\.server/,
  read: readJvmRoutes,
};
const ruby: Family = {
  hint: /\b(?:get|post|put|patch|delete|resources?|scope|live|match|root)\b[ (]\s*[:"'t]|Grape::API/,
  read: readRubyRoutes,
};
const families: Partial<Record<SourceLanguage, Family>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  component: script,
  python: {
    hint: /\b(?:route|get|post|put|delete|patch|api_route|APIRouter|Blueprint|path|re_path|url|register\w*|add_\w+|include_router|Route|action|Mount|Namespace|websocket)\(|ornado|\burlpatterns\b/,
    read: readPythonRoutes,
  },
  go: {
    hint: /\.(?:GET|POST|PUT|DELETE|PATCH|Any|Get|Post|Put|Delete|Patch|All|Handle|HandleFunc|Handler|HandlerFunc|Method|MethodFunc|Route|Mount|Group|Path|PathPrefix|Router|Add|AddRoutes?)\(/,
    read: readGoRoutes,
  },
  java: jvm,
  kotlin: jvm,
  scala: jvm,
  groovy: jvm,
  csharp: {
    hint: /\[\s*(?:Http\w+|Route|Get|Post|Put|Delete|Patch)\b|\.Map[A-Z(]|\bEndpoint/,
    read: readDotnetRoutes,
  },
  php: { hint: /Route|->(?:get|post|put|patch|delete|map|any)\(/, read: readPhpRoutes },
  ruby,
  config: {
    hint: /controller:|[hH]andler:|^(?:[A-Z]{3,7}|->)[ \t]+\/|operationId|google\.api\.http/m,
    read: reader => {
      if (/\.proto$/.test(reader.path)) readProto(reader);
      else if (reader.text.includes("operationId")) readOpenApi(reader);
      else readConfigRoutes(reader);
    },
  },
  elixir: ruby,
  swift: { hint: /import (?:Vapor|Hummingbird)|\bRout(?:er|es)/, read: readSwiftRoutes },
  dart: { hint: /[rR]outer|@\w+\.(?:get|post|put|delete|patch)\(/, read: readDartRoutes },
  cpp: {
    hint: /\bENDPOINT|METHOD_ADD|ADD_METHOD|PATH_ADD|CROW_|registerHandler|\b(?:Routes::|\w+(?:\.|->))(?:Get|Post|Put|Patch|Delete)\(/,
    read: readCppRoutes,
  },
  rust: {
    hint: /#\[\s*(?:\w+::)?(?:get|post|put|delete|patch|route|path)\(|\.(?:route|nest|mount)\(|web::/,
    read: readRustRoutes,
  },
};

export function readRoutes(
  path: string,
  language: SourceLanguage,
  text: string,
  symbols: readonly SymbolFact[],
): RouteFacts {
  const family = families[language];
  const files = readFileRoutes(path, text, symbols);
  if (family === undefined) return noRoutes;
  if (!family.hint.test(text)) {
    // A file of constants alone says what others put before their routes.
    const constants =
      language === "python" ? noRoutes.constants : readRouteConstants(text, symbols);
    return files.length + constants.size === 0
      ? noRoutes
      : { ...noRoutes, routes: files, constants };
  }
  const reader = new RouteReader(path, text, symbols);
  family.read(reader);
  const { routes, ...others } = reader.finish();
  return { ...others, routes: [...routes, ...files] };
}

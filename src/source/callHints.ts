/** The facts that a span gives of a call between programs: which side it is, and the route, address or method. Pure. */

import { lookupTable } from "../base/lookupTable.ts";
import { SpanKind } from "../model/span.ts";
import type { AttributeReader } from "./attributeReader.ts";

/** A template as the framework declares it, or a path with values as a client sent it. */
export interface RouteHint {
  readonly text: string;
  readonly isConcrete: boolean;
}

export interface RpcHint {
  /** Bare: `CartService` of `shop.v1.CartService`. */
  readonly service: string;
  readonly method: string;
}

const kinds = lookupTable<SpanKind>({
  internal: SpanKind.internal,
  server: SpanKind.server,
  client: SpanKind.client,
  producer: SpanKind.producer,
  consumer: SpanKind.consumer,
});

/** The kind that the span says; where it says none, what only one side has among its attributes. */
export function inferKind(attributes: AttributeReader, kind: SpanKind | undefined): SpanKind {
  if (kind !== undefined && kind !== SpanKind.unspecified) return kind;
  const written = attributes.text("span.kind", "spanKind", "otel.span_kind", "kind")?.toLowerCase();
  const named = written === undefined ? undefined : kinds[written.replace(/^span_kind_/, "")];
  if (named !== undefined) return named;
  const operation = attributes.text(
    "messaging.operation.type",
    "messaging.operation",
    "messaging.operation.name",
  );
  if (/^(?:publish|send|create|produce|enqueue)$/i.test(operation ?? "")) return SpanKind.producer;
  if (/^(?:receive|process|deliver|consume|settle)$/i.test(operation ?? "")) {
    return SpanKind.consumer;
  }
  if (attributes.has("db.system", "db.system.name", "db.statement")) return SpanKind.client;
  const isServer = attributes.has(
    "http.route",
    "net.host.name",
    "http.server_name",
    "http.user_agent",
    "user_agent.original",
    "client.address",
    "http.client_ip",
    "http.flavor.server",
  );
  if (isServer) return SpanKind.server;
  const isAddressed = attributes.has(
    "net.peer.name",
    "server.socket.address",
    "peer.service",
    "http.url",
    "url.full",
  );
  const isHttp = attributes.has("http.method", "http.request.method", "http.url", "url.full");
  if (isAddressed && isHttp && !attributes.has("url.path", "http.host")) return SpanKind.client;
  return SpanKind.unspecified;
}

export function getRouteHints(attributes: AttributeReader, spanName: string): readonly RouteHint[] {
  const hints = new Map<string, boolean>();
  const add = (text: string | undefined, isConcrete: boolean): void => {
    if (text !== undefined && !hints.has(text)) hints.set(text, isConcrete);
  };
  // Rocket's templates have the query.
  add(attributes.text("http.route")?.replace(/(?<!\()\?<.*$/s, ""), false);
  add(
    attributes.text(
      "next.route",
      "http.route_template",
      "url.template",
      "aspnetcore.route",
      "rails.route",
      "laravel.route",
    ),
    false,
  );
  for (const name of listFunctionNames(attributes, spanName)) add(name, false);
  const name =
    // SkyWalking's endpoints are GET:/x and {GET}/x.
    /^(?:HTTP )?\{?(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY|WS)(?:[:}]\s*|\s+)(?:https?:\/\/[^/\s]+)?(\/?[^\s]+)$/.exec(
      spanName,
    )?.[1] ??
    /^(?:executing api route|render route|resolve page components|generateMetadata|start response|build component tree|request handler|router|handler)\b[^/]*(\/\S*?)(?:\/(?:route|page|layout))?$/.exec(
      spanName,
    )?.[1] ??
    /^(\/[\w./:{}<>[\]*-]*)$/.exec(spanName)?.[1];
  const address = attributes.text("url.path", "http.target", "http.path", "path");
  const url = attributes.text("http.url", "url.full");
  const path =
    address ??
    (url === undefined
      ? undefined
      : (/^[a-z]+:\/\/[^/]*(\/[^?#]*)/.exec(url)?.[1] ?? (url.startsWith("/") ? url : undefined)));
  const plain = path?.replace(/[?#].*$/, "");
  // Named by its address, where no router told its template.
  if (name !== plain) add(name?.replace(/(?<!\()\?<.*$/s, ""), false);
  add(plain, true);
  return [...hints].map(([text, isConcrete]) => ({ text, isConcrete }));
}

/** A function in a cloud, by its name and by what a deployment puts before it: `shop-dev-packBox`, `packBox`. */
function listFunctionNames(attributes: AttributeReader, spanName: string): readonly string[] {
  const resource = attributes.text("cloud.resource_id", "faas.id", "aws.lambda.invoked_arn");
  const isInvoked = attributes.has("faas.trigger", "faas.invocation_id", "faas.execution");
  const name =
    attributes.text("faas.name") ??
    /:function:([\w-]+)/.exec(resource ?? "")?.[1] ??
    (isInvoked && /^[\w-]+$/.test(spanName) ? spanName : undefined);
  if (name === undefined) return [];
  const parts = name.split("-");
  return parts.map((_part, index) => parts.slice(index).join("-"));
}

/** gRPC's address of a method, which servers that know nothing of gRPC tell as a route: `/shop.v1.CartService/GetCart`. */
const remotePath = /^(?:https?:\/\/[^/]+)?\/((?:[A-Za-z]\w*\.)+[A-Z]\w*)\/([A-Z]\w*)$/;

export function getRpc(attributes: AttributeReader, spanName: string): RpcHint | undefined {
  // Dapr's sidecars tell a request, an actor's method and a topic as remote methods.
  if (/^Call(?:Local|Actor)\/|^\/dapr\.proto\..*\/(?:Publish|Bulk)/.test(spanName)) {
    return undefined;
  }
  const component = attributes.text("component")?.toLowerCase();
  const system =
    attributes.text("rpc.system", "rpc.system.name") ??
    (component === "grpc" ? component : undefined);
  const method = attributes.text("rpc.method", "rpc.path", "trpc.path", "trpc.procedure");
  const service = attributes.text("rpc.service");
  // aws-sdk and the like name remote operations so; there is no handler to look for, but a call.
  if (method !== undefined) {
    // tRPC's procedures are members of routers: `boxes.byId`.
    const [before, last] = splitLast(method, method.includes("/") ? "/" : ".");
    return { service: bare(service ?? before), method: last };
  }
  const address = attributes.text("url.path", "http.target", "url.full", "http.url") ?? "";
  const procedure = /\/trpc\/([\w.]+)(?:[?,/]|$)/.exec(address)?.[1];
  if (procedure !== undefined) {
    const [before, last] = splitLast(procedure, ".");
    return { service: bare(before), method: last };
  }
  const asked =
    remotePath.exec(
      attributes.text(
        "grpc.method",
        "http.route",
        "url.path",
        "http.target",
        "url.full",
        "http.url",
      ) ?? "",
    ) ?? remotePath.exec(spanName);
  if (asked !== null) return { service: bare(asked[1] ?? ""), method: asked[2] ?? "" };
  const named = /^\/?([\w.]+)\/([A-Za-z_]\w*)$/.exec(
    spanName.replace(/^(?:grpc|Sent|Recv)[ .:]/i, ""),
  );
  const isHttp = attributes.has("http.method", "http.request.method", "http.route", "url.path");
  if (named?.[2] === undefined || (isHttp && system === undefined)) return undefined;
  if (system === undefined && !/\.[A-Z]\w*$|^[A-Z]\w*(?:Service|API|Api)$/.test(named[1] ?? "")) {
    return undefined;
  }
  return { service: bare(named[1] ?? ""), method: named[2] };
}

/** `urn:message:Shop.Contracts:BoxPacked`, `Shop.Contracts.BoxPacked, Shop, Version=1.0`, `App\\Message\\BoxPacked`. */
export function getMessageTypes(
  attributes: AttributeReader,
  spanName: string,
  queue: string,
): readonly string[] {
  const said = attributes.text(
    "messaging.masstransit.message_types",
    "messaging.message.type",
    "messaging.nservicebus.message_type",
    "nservicebus.enclosed_message_types",
    "messaging.symfony.message",
    "symfony.messenger.message",
    "messaging.message_type",
    "message.type",
  );
  // MassTransit's exchanges are called by the message's type, its own spans by the type alone.
  const named =
    /^(?:[\w.]+\.)?\w+:([A-Z]\w+)$/.exec(queue)?.[1] ??
    /^([A-Z]\w+)(?<!Consumer|Handler|Listener|Subscriber|Processor|Worker|Job|Task|Saga|Service) (?:process|consume|handle|receive|send|publish)$/.exec(
      spanName,
    )?.[1] ??
    // A topic may be called by the type of its events.
    /^[A-Z][a-z\d]+(?:[A-Z][a-z\d]+)+$/.exec(queue)?.[0];
  const types = (said ?? named ?? "")
    .split(/[;,]/)
    .filter(type => !/=/.test(type))
    .map(type => /([A-Za-z_]\w*)\s*$/.exec(type)?.[1] ?? "")
    .filter(type => /^[A-Z]/.test(type));
  // Behind a type of .NET stands its assembly.
  return [...new Set(/;|urn:/.test(said ?? "") ? types : types.slice(0, 1))];
}

/** Dapr's names of what it hands on: `CallLocal/orders/api/v1/pay`, `http://localhost:3500/v1.0/invoke/orders/method/pay`. */
const invoked = /(?:^CallLocal\/|\/v1\.0\/invoke\/)([^/?#]+)\/(?:method\/)?([^?#]*)/;

/** The application that a sidecar asks, and the address. */
export function getInvoked(text: string): { host: string; path: string } | undefined {
  const { 1: host, 2: path = "" } = invoked.exec(text) ?? [];
  return host === undefined ? undefined : { host, path: `/${path}` };
}

export function getUrl(attributes: AttributeReader): { host: string; path: string } | undefined {
  const url = attributes.text("url.full", "http.url");
  const handedOn = getInvoked(url ?? "");
  if (handedOn !== undefined) return handedOn;
  const match =
    url === undefined ? null : /^[a-z]+:\/\/(?:[^@/]*@)?([^:/?#]*)(?::\d+)?([^?#]*)/i.exec(url);
  const path =
    match?.[2] ??
    attributes.text("url.path", "http.target", "url.template")?.replace(/[?#].*$/, "");
  const host =
    match?.[1] ?? attributes.text("server.address", "net.peer.name", "peer.service") ?? "";
  return path === undefined && host === "" ? undefined : { host, path: path ?? "" };
}

function bare(service: string): string {
  return splitLast(service, ".")[1];
}

function splitLast(text: string, separator: string): readonly [string, string] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? ["", text] : [text.slice(0, at), text.slice(at + 1)];
}

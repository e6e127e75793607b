/** .NET's stacks, in whatever language they were printed: the words are translated, their order is not. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

/** Packages that are built with their sources' names, and run the programs of others. */
const libraryNamespace =
  /^(?:async )?(?:[\w.<>[\], ]{1,200} )?(?:System|Microsoft|MassTransit|NServiceBus|Hangfire|Quartz|MediatR|Polly|Serilog|Newtonsoft|Npgsql|Dapper|Grpc|StackExchange|RabbitMQ|Confluent|Azure|Amazon|MongoDB|AutoMapper|FluentValidation|Swashbuckle|OpenTelemetry|Xunit|NUnit|Castle|Moq)\./;

export const dotnetStack: readonly FrameGrammar[] = [
  {
    // at Shop.Orders.<Place>d__3.MoveNext() in /src/Orders.cs:line 12; App Center leaves out the first word
    pattern:
      /^\s{0,40}(?:\p{L}{1,8} )?(?<name>[^\n(]{1,500})\([^\n]{0,500}?\) \p{L}{1,8} (?<file>[^\n]{1,1000}\.\w{1,8}):\p{L}{1,12} (?<line>\d{1,7})/gmu,
    // The compiler moves the bodies of async functions, lambdas and local functions into classes of their own.
    readName: name =>
      name
        .replace(
          /(?:[.+]<>c(?:__DisplayClass\w{1,40})?)?[.+]<(\w{1,200})>[bdg]__\w{1,40}(?:\|[\d_]{1,20})?(?:\.MoveNext)?$/,
          ".$1",
        )
        .replace(/`\d+/g, "")
        .replace(/\[[^\]]{0,200}\]$/, ""),
    isLibrary: (_file, name) => libraryNamespace.test(name ?? ""),
  },
  {
    // Mono: at Shop.Orders.Place (System.Int32 id) [0x00011] in /app/Orders.cs:12
    // Unity: Shop.Orders.Place (System.Int32 id) (at Assets/Orders.cs:12)
    pattern:
      /^\s{0,20}(?:at )?(?<name>[\w.:<>`|+]{1,300}) ?\([^\n]{0,500}?\) (?:\[0x[0-9a-f]{1,8}\] in |\(at )(?<file>[^\n<]{1,500}):(?<line>\d{1,7})\)?\s?$/gm,
    isLibrary: (_file, name) => /^(?:System|Mono|UnityE\w+)\./.test(name ?? ""),
  },
  {
    // Application Insights: {"method":"Shop.Orders.Place","level":0,"line":12,"fileName":"/src/Orders.cs"}
    pattern:
      /"method":\s?"(?<name>[^"\n]{1,300})"[^\n]{0,200}?"line":\s?(?<line>\d{1,7}),\s?"fileName":\s?"(?<file>[^"\n]{1,500})"/g,
  },
];

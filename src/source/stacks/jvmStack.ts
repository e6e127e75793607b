/** Stacks of Java, Kotlin, Scala, Groovy and Clojure, and PHP's in the form that OpenTelemetry gives them. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

/** A file's folder comes from its package. */
function getFileOfClass(file: string, name: string | undefined): string {
  const folders = (name ?? "").split(/[.\\]/).slice(0, -2);
  return [...folders, file].join("/");
}

const libraryPackage =
  /^(?:javax?|jdk|sun|com\.sun|jakarta|kotlinx?|scala|groovy|clojure|android|androidx|dalvik|akka|play|reactor|io\.(?:netty|micrometer|opentelemetry|grpc|undertow|vertx|quarkus|smallrye|micronaut|ktor|lettuce|reactivex|dropwizard)|org\.(?:springframework|apache|hibernate|eclipse|junit|slf4j|jboss|gradle|codehaus|aopalliance|postgresql|mockito|glassfish|mybatis)|com\.(?:zaxxer|fasterxml|google|mysql|amazonaws|datastax|netflix|mongodb)|cats|zio|ch\.qos|net\.bytebuddy|okhttp3|retrofit2)\./;

export const jvmStack: readonly FrameGrammar[] = [
  {
    // at com.shop.Orders$Inner.place(Orders.java:12), behind loaders and modules as app//java.base@17/
    pattern:
      /^[\s|]{0,40}at (?:[\w.$@-]{0,120}\/{1,2}){0,3}(?<name>[\p{L}\w.$<>-]{1,400})\((?<file>[\p{L}\w.$-]{1,200}\.(?:java|kts?|scala|sc|groovy|cljc?)):(?<line>\d{1,7})\)/gmu,
    readFile: getFileOfClass,
    // A cause of a suppressed error is indented by a tab.
    causePattern: /^[ |]{0,40}Caused by:/gm,
    isLibrary: (_file, name) => libraryPackage.test(name ?? ""),
  },
  {
    // Clojure's head: Execution error (ExceptionInfo) at shop.orders/place (orders.clj:12).
    pattern:
      /^[^\n]{0,300} at (?<name>[^\s()]{1,300}\/[^\s()]{1,200}) \((?<file>[\w.-]{1,200}\.cljc?):(?<line>\d{1,7})\)/gm,
    readFile: (file, name) =>
      [...(name ?? "").replace(/\/.*/s, "").split(".").slice(0, -1), file].join("/"),
  },
  {
    // OpenTelemetry's PHP: at Shop.Orders.place(Orders.php:12), at {main}(index.php:3)
    pattern:
      /^\s{0,40}at (?<name>[\p{L}\w.\\:{}>-]{1,400})\((?<file>[^\n()]{1,300}\.(?:php|phtml|inc)):(?<line>\d{1,7})\)/gmu,
    readFile: getFileOfClass,
    causePattern: /^\s{0,40}Caused by:/gm,
  },
];

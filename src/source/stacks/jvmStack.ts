/** Stacks of Java, Kotlin, Scala, Groovy and Clojure, and PHP's in the form that OpenTelemetry gives them. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

/** A file's folder comes from its package. */
function getFileOfClass(file: string, name: string | undefined): string {
  const folders = (name ?? "").split(/[.\\]/).slice(0, -2);
  return [...folders, file].join("/");
}

/** A file's folder comes from its namespace. */
function getFileOfNamespace(file: string, name: string | undefined): string {
  return [...(name ?? "").replace(/\/.*/s, "").split(".").slice(0, -1), file].join("/");
}

const libraryPackage =
  /^(?:_COROUTINE|fs2|com\.facebook|javax?|jdk|sun|com\.sun|jakarta|kotlinx?|scala|groovy|clojure|android|androidx|dalvik|akka|play|reactor|io\.(?:netty|micrometer|opentelemetry|grpc|undertow|vertx|quarkus|smallrye|micronaut|ktor|lettuce|reactivex|dropwizard)|org\.(?:springframework|elasticsearch|opensearch|mongodb|redisson|jooq|flywaydb|quartz|aspectj|reactivestreams|yaml|apache|hibernate|eclipse|junit|slf4j|jboss|gradle|codehaus|aopalliance|postgresql|mockito|glassfish|mybatis)|com\.(?:oracle\.(?:svm|graal|truffle)|zaxxer|fasterxml|google|mysql|amazonaws|datastax|netflix|mongodb)|cats|zio|ch\.qos|net\.bytebuddy|okhttp3|retrofit2)\./;

export const jvmStack: readonly FrameGrammar[] = [
  {
    // at com.shop.Orders$Inner.place(Orders.java:12), behind loaders and modules as app//java.base@17/, the name of an
    // effect, and what GraalVM tells of a frame; App Center leaves out the first word.
    pattern:
      /^[\s|]{0,40}(?:(?:at |[AJ]\s{1,4}SP 0x[0-9a-f]{1,16} IP 0x[0-9a-f]{1,16}\s{1,4}(?:\w{1,20} )?size=\d{1,8}\s{1,8})(?:[^\s@(]{1,80} @ )?(?:[\w.$@-]{0,120}\/{1,2}){0,3}|(?=\w{1,100}\.\w))(?<name>[\p{L}\w.$<>-]{1,400}) ?\((?<file>[\p{L}\w.$-]{1,200}\.(?:java|kts?|scala|sc|groovy|cljc?)):(?<line>\d{1,7})\)/gmu,
    readFile: getFileOfClass,
    // A function of Clojure is a class with a method that calls it.
    readName: name =>
      name.replace(/\$([\w!?<>-]{1,200})\.(?:invokeStatic|invoke|doInvoke)$/, ".$1"),
    // A cause of a suppressed error is indented by a tab.
    causePattern: /^[ |]{0,40}Caused by:/gm,
    isLibrary: (_file, name) => libraryPackage.test(name ?? ""),
  },
  {
    // Clojure's head: Execution error (ExceptionInfo) at shop.orders/place (orders.clj:12).
    pattern:
      /^[^\n]{0,300} at (?<name>[^\s()]{1,300}\/[^\s()]{1,200}) \((?<file>[\w.-]{1,200}\.cljc?):(?<line>\d{1,7})\)/gm,
    readFile: getFileOfNamespace,
  },
  {
    // Its errors as data: [shop.orders$place invokeStatic "orders.clj" 12]
    pattern:
      /\[(?<name>[\w.$*!?<>-]{1,300} \w{1,60}) "(?<file>[\w.-]{1,200}\.(?:clj[cs]?|java))" (?<line>\d{1,7})\]/g,
    readFile: getFileOfNamespace,
    readName: name => name.replace(/ \w{1,60}$/, "").replace("$", "/"),
    isLibrary: (_file, name) => libraryPackage.test(name ?? ""),
  },
  {
    // OpenTelemetry's PHP: at Shop.Orders.place(Orders.php:12), at {main}(index.php:3)
    pattern:
      /^\s{0,40}at (?<name>[\p{L}\w.\\:{}>-]{1,400})\((?<file>[^\n()]{1,300}\.(?:php|phtml|inc)):(?<line>\d{1,7})\)/gmu,
    readFile: getFileOfClass,
    causePattern: /^\s{0,40}Caused by:/gm,
  },
];

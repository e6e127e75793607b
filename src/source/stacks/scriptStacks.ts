/** Stacks of Perl, Lua, Haskell, OCaml, Julia, Crystal, R, Nim and PowerShell. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

export const scriptStacks: readonly FrameGrammar[] = [
  {
    // Perl: no stock at /app/Orders.pm line 12., then main::place(1) called at /app/main.pl line 3
    pattern:
      /^\s{0,20}(?:(?<name>[\w:]{1,300})\([^\n]{0,500}\) called |[^\n]{0,1000}? )?at (?<file>[^\n"]{1,500}\.(?:p[lm]|t|cgi|psgi)) line (?<line>\d{1,7})(?:, <\w{1,40}> (?:line|chunk) \d{1,9})?\.?$/gm,
    namesCallee: true,
  },
  {
    // Lua: orders.lua:12: in function 'place', and in the head lua: orders.lua:12: no stock
    pattern:
      /^\s{0,20}(?:lua[\w.]{0,10}: |[^\n]{0,300}? runtime error: )?(?<file>[^\s:][^\n:]{0,500}\.lua):(?<line>\d{1,7}): (?:in (?:function|method|upvalue|local|field) '?<?(?<name>[^'>\n]{1,200}))?/gm,
  },
  {
    // Haskell: error, called at src/Orders.hs:12:5 in shop-0.1:Orders
    pattern:
      /^\s{0,20}(?<name>[\w'.]{1,200}), called at (?<file>[^\n:]{1,500}\.l?hs):(?<line>\d{1,7}):\d{1,6}/gm,
    namesCallee: true,
  },
  {
    // OCaml: Raised at Shop__Orders.place in file "src/orders.ml", line 12, characters 5-20
    pattern:
      /^\s{0,20}(?:Raised|Re-raised|Called) (?:at|from|by primitive operation at) (?:(?<name>[\w.']{1,300}) in )?file "(?<file>[^"\n]{1,500})"(?: \(inlined\))?, lines? (?<line>\d{1,7})/gm,
    isLibrary: (_file, name) => name?.startsWith("Stdlib") === true,
  },
  {
    // Julia: [1] place(order::Int64)\n   @ Shop /app/src/orders.jl:12
    pattern:
      /^\s{0,20}\[\d{1,4}\] (?<name>[^\n(]{1,300})[^\n]{0,500}\n\s{1,20}@ (?:[\w.]{1,100} )?(?<file>[^\n:]{1,500}\.jl):(?<line>\d{1,7})/gm,
    isLibrary: file => file.startsWith("./"),
  },
  {
    // Crystal: from src/orders.cr:12:5 in 'place'
    pattern:
      /^\s{0,20}from (?<file>[^\n:]{1,500}\.cr):(?<line>\d{1,7})(?::\d{1,6})? in '(?<name>[^'\n]{1,300})'/gm,
  },
  {
    // R: 3: stop("no stock") at orders.R#12
    pattern:
      /^\s{0,20}\d{1,4}: (?<name>[\w.:]{1,200})\([^\n]{0,500} at (?<file>[^\n#"]{1,500}\.[rR])#(?<line>\d{1,7})$/gm,
    namesCallee: true,
  },
  {
    // rlang: 2.   └─global place() at app/orders.R:12:5
    pattern:
      /^\s{0,20}\d{1,4}\. [^\w\n]{0,60}(?:global )?(?<name>[\w.:]{1,200})\([^\n]{0,300}\) at (?<file>[^\n:"]{1,500}\.[rR]):(?<line>\d{1,7}):\d{1,6}/gm,
    isInnermostLast: () => true,
  },
  {
    // Nim: /app/src/orders.nim(12)  place
    pattern: /^(?<file>[^\n(]{1,500}\.nims?)\((?<line>\d{1,7})\)\s{1,40}(?<name>\S{1,200})$/gm,
    isInnermostLast: () => true,
  },
  {
    // PowerShell: at place, C:\app\orders.ps1: line 12, and in the head At C:\app\orders.ps1:12 char:5 or Exception: …:12
    pattern:
      /^(?:at (?<name>[^\n,]{1,200}), (?<file>[^\n]{1,500}\.psm?1): line (?<line>\d{1,7})|(?:At |\w{1,80}: )(?<headFile>[^\n]{1,500}\.psm?1):(?<headLine>\d{1,7})(?: char:\d{1,6}|(?::\d{1,6})?$))/gm,
  },
  {
    // Shells: deploy.sh: line 12: no stock; Gradle: Build file '/app/build.gradle' line: 12
    pattern:
      /^(?:(?<file>[^\s:]{1,300}\.\w?\w?sh): (?:line )?(?<line>\d{1,7}): |\w{5,10} file '(?<headFile>[^'\n]{1,500})' line: (?<headLine>\d{1,7})$)/gm,
  },
];

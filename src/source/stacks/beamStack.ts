/** Stacks of Elixir and Erlang. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

const libraryApp =
  /^(?:elixir|eex|ex_unit|iex|logger|mix|stdlib|kernel|erts|ssl|inets|crypto|compiler|plug\w*|phoenix\w*|ecto\w*|cowboy\w*|ranch|bandit|thousand_island|telemetry|db_connection|postgrex|oban|absinthe\w*|jason|gen_stage|broadway|finch|mint|tesla|hackney|opentelemetry\w*) /;

const readName = (name: string): string => name.replace(/\/\d{1,3}$/, "").replace(/^\(.*\)$/, "");

function isLibraryApp(_file: string, _name: string | undefined, app: string | undefined): boolean {
  return app !== undefined && libraryApp.test(`${app} `);
}

export const beamStack: readonly FrameGrammar[] = [
  {
    // (shop 0.1.0) lib/shop/orders.ex:12: Shop.Orders.place/1
    pattern:
      /^\s{0,20}(?:\((?<module>[\w .+-]{1,100})\) )?(?<file>[^\s:()][^\n:()]{0,500}\.(?:exs?|erl|[hl]?eex)):(?<line>\d{1,7}): (?:anonymous fn\/\d{1,3} in )?(?<name>\([^\n)]{1,100}\)|[^\n(]{1,300})(?:\([^\n]{0,1000})?$/gm,
    readName,
    isLibrary: isLibraryApp,
  },
  {
    // {shop_orders,place,1,[{file,"src/shop_orders.erl"},{line,12}]}
    pattern:
      /\{(?<name>[\w'.]{1,200},[\w'-]{1,200}),\s{0,40}(?:[^\n[]{1,200}|\[[^\n]{0,300}\]),\s{0,40}\[\{file,\s{0,10}"(?<file>[^"\n]{1,500})"\},\s{0,40}\{line,(?<line>\d{1,7})\}/gm,
    readName: name => name.replace(",", ":"),
    isLibrary: file =>
      !file.includes("/") || /^(?:gen_server|proc_lib|lists|erl_eval)\.erl$/.test(file),
  },
  {
    // Honeybadger: at Shop.Orders.place/1 ( (shop 0.1.0) lib/shop/orders.ex:12 )
    pattern:
      /^\s{0,20}at (?<name>[^\s(]{1,300})[^\n]{0,500}? \( (?:\((?<module>[\w .+-]{1,100})\) )?(?<file>[^\s:()]{1,500}\.(?:exs?|erl)):(?<line>\d{1,7}) \)$/gm,
    readName,
    isLibrary: isLibraryApp,
  },
  {
    // AppSignal: lib/shop/orders.ex:12:in `place/1'
    pattern:
      /^\s{0,20}(?<file>[^\s:()][^\n:()]{0,500}\.(?:exs?|erl)):(?<line>\d{1,7}):in [`'](?<name>[^'\n]{1,300})'/gm,
    readName,
    isLibrary: file => !file.includes("/"),
  },
  {
    // in function  shop_orders:place/1 (src/shop_orders.erl, line 12)
    pattern:
      /^\s{0,20}\*{0,2}\s{0,4}(?:in function|in call from|called as|called from)\s{1,10}(?<name>[\w:'-]{1,300})(?:\/\d{1,3})? \((?<file>[^\s,()]{1,500}\.[eh]rl), line (?<line>\d{1,7})\)/gm,
  },
];

/** Outlines tell what parsers tell, of files as people format them. */

import { expect, test } from "vitest";
import type { SourceLanguage } from "../../../src/source/languages.ts";
import { readOutline } from "../../../src/source/outline.ts";

function outline(language: SourceLanguage, text: string): readonly string[] {
  return readOutline(language, text).map(
    ({ name, owner, line0, endLine0 }) =>
      `${owner === "" ? "" : `${owner}.`}${name}:${line0 + 1}-${endLine0 + 1}`,
  );
}

const rows: readonly (readonly [SourceLanguage, string, readonly string[]])[] = [
  [
    "python",
    'import x\n\n\nclass Cart(Base):\n    """A def that is none."""\n\n    async def add(\n        self,\n        item: str,\n    ) -> None:\n        def inner():\n            pass\n\n\ndef clear(): ...\n',
    ["Cart:4-14", "Cart.add:7-14", "Cart.add.inner:11-14", "clear:15-16"],
  ],
  [
    "go",
    "package cart\n\ntype (\n\tCart struct {\n\t\titems []Item\n\t}\n)\n\nfunc (c *Cart) Add(\n\tctx context.Context,\n) error {\n\treturn nil\n}\n\nfunc New[T any]() T {\n}\n",
    ["Cart:4-8", "Cart.Add:9-13", "New:15-16"],
  ],
  [
    "java",
    "@Service\npublic final class Orders extends Base implements Api {\n  Orders(Store store) {\n    super(store);\n  }\n\n  @Override\n  public <T extends Item> Map<String, List<T>> place(@Valid Order order, int count)\n      throws IOException {\n    if (count > 1) {\n      return store.save(order);\n    }\n    Order other = copy(order);\n    return new Orders(store).place(other, 1);\n  }\n\n  interface Api {\n    void cancel(long id);\n  }\n}\n",
    [
      "Orders:2-20",
      "Orders.Orders:3-5",
      "Orders.place:8-15",
      "Orders.Api:17-19",
      "Orders.Api.cancel:18-18",
    ],
  ],
  [
    "csharp",
    "namespace Shop;\n\npublic record Line(int Id);\n\npublic class Orders(Store store) : IOrders\n{\n    public async Task<Result<Order, Problem>> PlaceAsync(Order order)\n    {\n        using var scope = Start(order);\n        foreach (var line in order.Lines) Check(line);\n        return await store.SaveAsync(order);\n    }\n\n    private static int Count(int[] all) => all.Length;\n}\n",
    ["Line:3-4", "Orders:5-15", "Orders.PlaceAsync:7-12", "Orders.Count:14-14"],
  ],
  [
    "php",
    "<?php\n\nfinal class Orders extends Controller\n{\n    public static function place(Order $order): Response\n    {\n        return array_map(function ($each) { return $each; }, []);\n    }\n}\n\nfunction &helper() {}\n",
    ["Orders:3-9", "Orders.place:5-8", "helper:11-12"],
  ],
  [
    "ruby",
    "module Shop\n  class Orders::Cart < Base\n    def self.place(order)\n      order.each do |line|\n        line.check!\n      end\n    end\n\n    private def paid?\n      true\n    end\n  end\nend\n",
    ["Shop:1-13", "Shop.Orders.Cart:2-12", "Shop.Cart.place:3-7", "Shop.Cart.paid?:9-11"],
  ],
  [
    "rust",
    "mod shop {\n    pub struct Orders<T> {\n        all: Vec<T>,\n    }\n\n    impl<T: Clone> Api for Orders<T> {\n        pub(crate) async fn place(&self) -> Result<()> {\n            Ok(())\n        }\n    }\n}\n",
    ["shop.Orders:2-4", "shop.Orders.place:7-9"],
  ],
  [
    "typescript",
    'export default class Cart extends Base<Item> {\n  readonly #all = new Map<string, Item>();\n\n  constructor(private readonly store: Store) {\n    super();\n  }\n\n  static async add<T extends Item>(\n    item: T,\n  ): Promise<void> {\n    if (item.isGone) {\n      return;\n    }\n    await Promise.all(\n      item.parts.map(part => this.check(part)),\n    );\n    describe("x", () => {\n      expect(1);\n    });\n  }\n\n  delete(): void {\n  }\n\n  check = async (part: Part): Promise<boolean> => {\n    return true;\n  };\n}\n\nexport const load = async <T>(\n  id: string,\n): Promise<T> => {\n  return fetch(id);\n};\n\nconst names = all.map(each => each.name);\nexport const view = asyncHandler(async (req, res) => {\n});\n',
    [
      "Cart:1-28",
      "Cart.constructor:4-6",
      "Cart.add:8-20",
      "Cart.delete:22-23",
      "Cart.check:25-27",
      "load:30-34",
      "view:37-38",
    ],
  ],
  [
    "kotlin",
    'class Orders(private val store: Store) {\n    @GetMapping("/x")\n    suspend fun place(order: Order): Result =\n        store.save(order)\n\n    companion object Factory {\n        fun create() = Orders(Store())\n    }\n}\n',
    ["Orders:1-9", "Orders.place:3-5", "Orders.Factory:6-8", "Orders.Factory.create:7-7"],
  ],
];

test.each(rows)("%s", (language, text, expected) => {
  expect(outline(language, text)).toEqual(expected);
});

test("long and hostile lines take no long time: the work grows with the text", () => {
  const pieces = [
    "public ",
    "a<",
    "export const x = (",
    "func (",
    "  foo(bar, ",
    "@A(",
    "{ ",
    "\t",
  ];
  const languages = [
    "java",
    "csharp",
    "typescript",
    "go",
    "rust",
    "ruby",
    "python",
    "kotlin",
  ] as const;
  for (const piece of pieces) {
    for (const language of languages) {
      expect(readOutline(language, piece.repeat(100_000 / piece.length))).toHaveLength(0);
    }
  }
}, 20_000);

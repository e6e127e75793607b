import tseslint from "typescript-eslint";

/** A comment is a sentence with a subject: "Of", "Those" and "What" leave it to the reader to find one. */
const docComments = {
  rules: {
    subject: {
      meta: { messages: { none: 'A doc comment needs a subject: it begins with "{{word}}".' } },
      create: context => ({
        Program() {
          for (const comment of context.sourceCode.getAllComments()) {
            const [, word] = /^\*[\s*]*(Of|Those|What)\b/.exec(comment.value) ?? [];
            if (word !== undefined) {
              context.report({ loc: comment.loc, messageId: "none", data: { word } });
            }
          }
        },
      }),
    },
  },
};

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "out/",
      "node_modules/",
      "media/",
      "test/fixtures/",
      // The lines of these programs are what their recordings name.
      "test/corpus/runs/",
      "**/*.mjs",
      "**/*.cjs",
      "test/e2e/artifacts/",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    rules: {
      eqeqeq: "error",
      curly: ["error", "multi-line"],
      "no-nested-ternary": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: true },
      ],
      // Index signatures are reached with brackets: the compiler's own rule asks for it.
      "@typescript-eslint/dot-notation": "off",
      "@typescript-eslint/no-non-null-assertion": "error",
      // TypeScript's `Array.from` on typed arrays and Lit's templates read better so.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["src/**", "webview/**"],
    plugins: { "doc-comments": docComments },
    rules: { "doc-comments/subject": "error" },
  },
  {
    // Reads of typed arrays at indices that a loop has bounded.
    files: [
      "src/analysis/**",
      "src/tools/**",
      "webview/timeline/**",
      "webview/flame/**",
      "webview/graph/**",
      "src/model/**",
      "src/stores/local/**",
      "src/stores/file/largeFileSpans.ts",
      "src/formats/encodings/{byteTexts,internedJson,jsonCursor,protoCursor,thriftReader}.ts",
      "src/formats/jaeger/jaegerScan.ts",
      "src/formats/largeJaeger.ts",
      "src/formats/otlp/spanKeys.ts",
      "src/logs/{errorHints,idScan,idTexts}.ts",
      "src/services/runsOfCode.ts",
    ],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["test/**"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
);

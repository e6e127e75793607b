/** package.json and `manifest.ts` agree, both ways, and every string is translated. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PALETTE_SIZE } from "../../src/analysis/groups.ts";
import {
  defaultPorts,
  receiverNames,
  type ReceiverName,
} from "../../src/collector/collectorState.ts";
import { receiverLabels } from "../../src/collector/receiverWords.ts";
import {
  commands,
  contextKeys,
  editors,
  extensionId,
  mcpServers,
  settings,
  viewTypes,
  views,
  walkthrough,
} from "../../src/manifest.ts";
import { TOOL_PREFIX, toolNames, toolTable, type ToolName } from "../../src/tools/toolTable.ts";

const root = join(import.meta.dirname, "../..");

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

interface WalkthroughStep {
  readonly description: string;
  readonly media: { readonly image: Readonly<Record<string, string>>; readonly altText: string };
  readonly completionEvents: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: string;
      readonly restrictedConfigurations: readonly string[];
    };
    readonly virtualWorkspaces: { readonly supported: string };
  };
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string }[];
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
    readonly views: Record<string, readonly { id: string; name: string }[]>;
    readonly viewsContainers: { readonly activitybar: readonly { id: string; icon: string }[] };
    readonly menus: { readonly commandPalette: readonly { command: string; when: string }[] };
    readonly configurationDefaults: {
      readonly "remote.portsAttributes": Readonly<
        Record<string, { readonly label: string; readonly onAutoForward: string }>
      >;
    };
    readonly configuration: { readonly properties: Record<string, Record<string, unknown>> };
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly toolReferenceName: string;
      readonly modelDescription: string;
      readonly inputSchema: unknown;
      readonly canBeReferencedInPrompt: boolean;
    }[];
    readonly mcpServerDefinitionProviders: readonly { readonly id: string }[];
    readonly keybindings: readonly { command: string; when?: string }[];
    readonly walkthroughs: readonly { id: string; steps: readonly WalkthroughStep[] }[];
    readonly colors: readonly { id: string; defaults: Record<string, string> }[];
  };
}

const manifest = readJson("package.json") as Manifest;
const { contributes } = manifest;

test("the id is the one that others rely on", () => {
  expect(`${manifest.publisher}.${manifest.name}`).toBe(extensionId);
});

test("the receivers' ports have names, and no remote window forwards them by itself", () => {
  const attributes = contributes.configurationDefaults["remote.portsAttributes"];
  const udp = new Set<ReceiverName>(["jaegerCompact", "jaegerBinary", "xray"]);
  const expected = receiverNames
    .filter(name => !udp.has(name))
    .map(name => [String(defaultPorts[name]), `Traceside: ${receiverLabels[name]}`]);
  expect(Object.entries(attributes).map(([port, { label }]) => [port, label])).toEqual(
    expected.toSorted(([a], [b]) => Number(a) - Number(b)),
  );
  for (const { onAutoForward } of Object.values(attributes)) expect(onAutoForward).toBe("ignore");
});

test("commands agree, and each has a category and says when it is in the palette", () => {
  const ids = contributes.commands.map(command => command.command);
  expect(ids.toSorted()).toEqual(Object.values(commands).toSorted());
  expect(contributes.commands.every(({ category }) => category === "Traceside")).toBe(true);
  const inPalette = contributes.menus.commandPalette.map(item => item.command);
  expect(inPalette.toSorted()).toEqual(ids.toSorted());
});

/** Words that VS Code's own titles write small between others; "curl" is a program's name. */
const SMALL_WORDS = /^(?:a|an|and|as|by|for|from|in|of|on|or|the|to|with|curl)$/;

test("titles of commands and submenus are in title case, without the product's name", () => {
  const words = readJson("package.nls.json") as Record<string, string>;
  const titles = Object.entries(words).filter(([key]) => /^(?:commands|submenus)\./.test(key));
  for (const [key, title] of titles) {
    expect(title, key).not.toContain("Traceside");
    for (const [at, word] of title.split(" ").entries()) {
      expect(at > 0 && SMALL_WORDS.test(word) ? "Small" : word, key).toMatch(/^[A-Z]/);
    }
  }
});

test("settings agree, and each has a default and a description", () => {
  const properties = contributes.configuration.properties;
  expect(Object.keys(properties).toSorted()).toEqual(Object.values(settings).toSorted());
  for (const [id, property] of Object.entries(properties)) {
    expect(property, id).toHaveProperty("default");
    expect(property["description"] ?? property["markdownDescription"], id).toBeDefined();
    for (const { enum: values, enumDescriptions } of listSchemas(property)) {
      expect(enumDescriptions?.length, id).toBe(values?.length);
    }
  }
});

interface Schema {
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

/** The schema of a setting and all schemas inside of it. */
function listSchemas(schema: object): readonly Schema[] {
  const inside = Object.values(schema).filter(value => typeof value === "object" && value !== null);
  return [schema, ...inside.flatMap(value => listSchemas(value as object))];
}

test("a workspace that is not trusted names no address, path or program", () => {
  const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
  expect([untrustedWorkspaces.supported, virtualWorkspaces.supported]).toEqual([
    "limited",
    "limited",
  ]);
  expect(untrustedWorkspaces.restrictedConfigurations.toSorted()).toEqual(
    [
      settings.stores,
      settings.pathMappings,
      settings.autoStart,
      settings.listenOn,
      settings.testCommands,
    ].toSorted(),
  );
});

test("every key has a command and says where it counts", () => {
  for (const { command, when } of contributes.keybindings) {
    expect(Object.values(commands)).toContain(command);
    expect(when, command).toMatch(/traceside/);
  }
});

test("the walkthrough is the one that the code opens, has a picture for every theme, and ends by what was done", () => {
  expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([walkthrough]);
  const steps = contributes.walkthroughs.flatMap(each => each.steps);
  const words = readJson("package.nls.json") as Record<string, string>;
  expect(steps).toHaveLength(4);
  for (const { description, media, completionEvents } of steps) {
    expect(Object.keys(media.image).toSorted()).toEqual(["dark", "hc", "hcLight", "light"]);
    for (const file of Object.values(media.image)) {
      // Small: a user downloads all of them.
      expect(statSync(join(root, file)).size, file).toBeLessThan(150_000);
    }
    for (const event of completionEvents) {
      const [kind = "", id = ""] = event.split(":");
      const known = kind === "onContext" ? Object.values(contextKeys) : Object.values(commands);
      expect(known, event).toContain(id);
    }
    const links = [...(words[description.slice(1, -1)]?.matchAll(/\(command:([^)]+)\)/g) ?? [])];
    expect(links, description).not.toEqual([]);
    for (const [, command] of links) expect(Object.values(commands)).toContain(command);
  }
});

test("every view type is restored after a reload", () => {
  for (const viewType of Object.values(viewTypes)) {
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${viewType}`);
    const panels = readFileSync(join(root, "src/features/tracePanel/tracePanels.ts"), "utf8");
    expect(panels).toContain("registerWebviewPanelSerializer(viewTypes.trace");
  }
});

test("custom editors agree, and none is forced on a file", () => {
  const contributed = contributes.customEditors;
  expect(contributed.map(each => each.viewType)).toEqual(Object.values(editors));
  // The list's own scheme names no file, and what is dropped from the list opens without a question.
  for (const { priority, selector } of contributed) {
    const isOfList = selector.every(each => each.filenamePattern.startsWith("traceside-trace:"));
    expect(priority).toBe(isOfList ? "default" : "option");
  }
});

test("views agree, and stand in a container that is there", () => {
  const ids = Object.values(contributes.views).flatMap(each => each.map(view => view.id));
  expect(ids.toSorted()).toEqual(Object.values(views).toSorted());
  const containers = contributes.viewsContainers.activitybar;
  expect(Object.keys(contributes.views)).toEqual(containers.map(({ id }) => id));
  for (const { icon } of containers) {
    expect(readFileSync(join(root, icon), "utf8")).toContain("<svg");
  }
});

test("every colour has a default for each kind of theme", () => {
  const palette = contributes.colors.filter(color => color.id.startsWith("traceside.palette"));
  expect(palette).toHaveLength(PALETTE_SIZE);
  for (const { id, defaults } of contributes.colors) {
    expect(Object.keys(defaults).toSorted(), id).toEqual(
      ["dark", "highContrast", "highContrastLight", "light"].toSorted(),
    );
  }
});

test("the tools of the manifest are those of the table, word for word", () => {
  const contributed = contributes.languageModelTools;
  expect(contributed.map(({ name }) => name)).toEqual(toolNames.map(name => TOOL_PREFIX + name));
  for (const { name, modelDescription, inputSchema, canBeReferencedInPrompt } of contributed) {
    const tool = toolTable[name.slice(TOOL_PREFIX.length) as ToolName];
    expect({ modelDescription, inputSchema }, name).toEqual({
      modelDescription: tool.description,
      inputSchema: tool.inputSchema,
    });
    expect(canBeReferencedInPrompt, name).toBe(true);
  }
  const references = contributed.map(({ toolReferenceName }) => toolReferenceName);
  expect(new Set(references).size).toBe(toolNames.length);
  expect(contributes.mcpServerDefinitionProviders.map(({ id }) => id)).toEqual(
    Object.values(mcpServers),
  );
});

test("every string of package.json is in both languages, and none is left over", () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([^"%]+)%"/g)].map(match => match[1]!);
  const wanted = [...new Set(used)].toSorted();
  for (const file of ["package.nls.json", "package.nls.zh-cn.json"]) {
    expect(Object.keys(readJson(file) as object).toSorted(), file).toEqual(wanted);
  }
});

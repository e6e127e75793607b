/** Programs in eight languages, made up: as many lines as are asked for, in files of some two hundred lines. */

export interface Program {
  readonly path: string;
  readonly text: string;
}

/** How a language writes one function with a body of ordinary statements. */
interface Language {
  readonly extension: string;
  readonly head: (file: number) => string;
  readonly method: (file: number, method: number) => string;
  readonly tail: string;
}

const METHODS = 14;
const SERVICES = 40;

const languages: readonly Language[] = [
  {
    extension: "py",
    head: file =>
      `"""Boxes of shelf ${file}."""\n\nimport logging\nfrom typing import Any\n\nfrom .models import Box, Shelf\n\nlog = logging.getLogger(__name__)\nLIMIT_${file} = ${file % 97}\n\n\n@app.task\ndef ship_boxes_${file}(box_id: int) -> None:\n    with tracer.start_as_current_span("pack boxes ${file}"):\n        load_${file}_0(box_id)\n    requests.get(f"http://stock/api/stock${file}/{box_id}")\n\n\n@router.get("/api/boxes${file}/{id}")\ndef show_boxes_${file}(id: int) -> dict:\n    return {"id": id}\n`,
    method: (file, method) =>
      `\n\ndef load_${file}_${method}(box_id: int, limit: int = LIMIT_${file}, **options: Any) -> list[Box]:\n    """Load what shelf ${method} holds."""\n    shelf = Shelf.objects.filter(id=box_id, size__gte=limit).first()\n    if shelf is None:\n        log.warning("no shelf %s", box_id)\n        return []\n    found = []\n    for position, box in enumerate(shelf.boxes.all()):\n        if position > limit and not options.get("all"):\n            break\n        weight = sum(part.weight * part.count for part in box.parts)\n        found.append(Box(id=box.id, weight=weight, label=f"{shelf.name}-{position}"))\n    return sorted(found, key=lambda each: each.weight)\n`,
    tail: "",
  },
  {
    extension: "ts",
    head: file =>
      `import { Injectable } from "@nestjs/common";\nimport type { Box, Shelf } from "./models";\n\nexport class Shelf${file} {\n  readonly #limit = ${file % 97};\n`,
    method: (file, method) =>
      `\n  /** Loads what shelf ${method} holds. */\n  async load${file}Of${method}(boxId: number, options: Partial<Options> = {}): Promise<readonly Box[]> {\n    const shelf = await this.shelves.findOne({ where: { id: boxId }, relations: ["boxes"] });\n    if (shelf === undefined) {\n      this.logger.warn(\`no shelf \${boxId}\`);\n      return [];\n    }\n    const found: Box[] = [];\n    for (const [position, box] of shelf.boxes.entries()) {\n      if (position > this.#limit && options.all !== true) break;\n      const weight = box.parts.reduce((sum, part) => sum + part.weight * part.count, 0);\n      found.push({ id: box.id, weight, label: \`\${shelf.name}-\${position}\` });\n    }\n    return found.sort((a, b) => a.weight - b.weight);\n  }\n`,
    tail: "}\n",
  },
  {
    extension: "go",
    head: file =>
      `package shelf${file}\n\nimport (\n\t"context"\n\t"fmt"\n\t"sort"\n)\n\ntype Shelf${file} struct {\n\tlimit int\n\tstore Store\n}\n`,
    method: (file, method) =>
      `\n// Load${file}Of${method} loads what the shelf holds.\nfunc (s *Shelf${file}) Load${file}Of${method}(ctx context.Context, boxID int64, all bool) ([]Box, error) {\n\tshelf, err := s.store.Find(ctx, boxID)\n\tif err != nil {\n\t\treturn nil, fmt.Errorf("find shelf %d: %w", boxID, err)\n\t}\n\tfound := make([]Box, 0, len(shelf.Boxes))\n\tfor position, box := range shelf.Boxes {\n\t\tif position > s.limit && !all {\n\t\t\tbreak\n\t\t}\n\t\tweight := 0.0\n\t\tfor _, part := range box.Parts {\n\t\t\tweight += part.Weight * float64(part.Count)\n\t\t}\n\t\tfound = append(found, Box{ID: box.ID, Weight: weight, Label: fmt.Sprintf("%s-%d", shelf.Name, position)})\n\t}\n\tsort.Slice(found, func(i, j int) bool { return found[i].Weight < found[j].Weight })\n\treturn found, nil\n}\n`,
    tail: "",
  },
  {
    extension: "java",
    head: file =>
      `package shop.shelf${file};\n\nimport java.util.List;\n\n@Service\npublic class Shelf${file} {\n  private static final int LIMIT = ${file % 97};\n`,
    method: (file, method) =>
      `\n  /** Loads what shelf ${method} holds. */\n  @Transactional(readOnly = true)\n  public List<Box> load${file}Of${method}(long boxId, boolean all) {\n    Shelf shelf = shelves.findById(boxId).orElse(null);\n    if (shelf == null) {\n      log.warn("no shelf {}", boxId);\n      return List.of();\n    }\n    List<Box> found = new ArrayList<>();\n    for (int position = 0; position < shelf.getBoxes().size(); position++) {\n      if (position > LIMIT && !all) {\n        break;\n      }\n      Box box = shelf.getBoxes().get(position);\n      double weight = box.getParts().stream().mapToDouble(part -> part.getWeight() * part.getCount()).sum();\n      found.add(new Box(box.getId(), weight, shelf.getName() + "-" + position));\n    }\n    found.sort(Comparator.comparingDouble(Box::getWeight));\n    return found;\n  }\n`,
    tail: "}\n",
  },
  {
    extension: "tsx",
    head: file =>
      `import { useState } from "react";\nimport type { Box } from "./models";\n\nexport const limit${file} = ${file % 97};\n`,
    method: (file, method) =>
      `\nexport function Shelf${file}Of${method}({ boxes, onOpen }: { boxes: readonly Box[]; onOpen(box: Box): void }) {\n  const [isOpen, setOpen] = useState(false);\n  const shown = boxes.filter(box => isOpen || box.weight < limit${file});\n  return (\n    <section className="shelf" aria-label={\`Shelf ${method}\`}>\n      <button type="button" onClick={() => setOpen(!isOpen)}>\n        {isOpen ? "Fewer" : "All"}\n      </button>\n      <ul>\n        {shown.map(box => (\n          <li key={box.id} onClick={() => onOpen(box)}>\n            <strong>{box.label}</strong> {box.weight.toFixed(1)} kg\n          </li>\n        ))}\n      </ul>\n    </section>\n  );\n}\n`,
    tail: "",
  },
  {
    extension: "cs",
    head: file =>
      `using System.Linq;\n\nnamespace Shop.Shelves;\n\npublic class Shelf${file}\n{\n    private const int Limit = ${file % 97};\n`,
    method: (file, method) =>
      `\n    /// <summary>Loads what shelf ${method} holds.</summary>\n    public async Task<IReadOnlyList<Box>> Load${file}Of${method}(long boxId, bool all = false)\n    {\n        var shelf = await _shelves.FindAsync(boxId);\n        if (shelf is null)\n        {\n            _logger.LogWarning("No shelf {Id}", boxId);\n            return Array.Empty<Box>();\n        }\n        var found = new List<Box>();\n        foreach (var (box, position) in shelf.Boxes.Select((box, index) => (box, index)))\n        {\n            if (position > Limit && !all) break;\n            var weight = box.Parts.Sum(part => part.Weight * part.Count);\n            found.Add(new Box(box.Id, weight, $"{shelf.Name}-{position}"));\n        }\n        return found.OrderBy(box => box.Weight).ToList();\n    }\n`,
    tail: "}\n",
  },
  {
    extension: "rb",
    head: file => `module Shop\n  class Shelf${file}\n    LIMIT = ${file % 97}\n`,
    method: (file, method) =>
      `\n    # Loads what shelf ${method} holds.\n    def load_${file}_of_${method}(box_id, all: false)\n      shelf = Shelf.find_by(id: box_id)\n      if shelf.nil?\n        Rails.logger.warn("no shelf #{box_id}")\n        return []\n      end\n      found = []\n      shelf.boxes.each_with_index do |box, position|\n        break if position > LIMIT && !all\n\n        weight = box.parts.sum { |part| part.weight * part.count }\n        found << Box.new(id: box.id, weight: weight, label: "#{shelf.name}-#{position}")\n      end\n      found.sort_by(&:weight)\n    end\n`,
    tail: "  end\nend\n",
  },
  {
    extension: "php",
    head: file =>
      `<?php\n\nnamespace App\\Shelves;\n\nclass Shelf${file}\n{\n    private const LIMIT = ${file % 97};\n`,
    method: (file, method) =>
      `\n    /** Loads what shelf ${method} holds. */\n    public function load${file}Of${method}(int $boxId, bool $all = false): array\n    {\n        $shelf = Shelf::query()->with('boxes')->find($boxId);\n        if ($shelf === null) {\n            Log::warning('no shelf', ['id' => $boxId]);\n            return [];\n        }\n        $found = [];\n        foreach ($shelf->boxes as $position => $box) {\n            if ($position > self::LIMIT && !$all) {\n                break;\n            }\n            $weight = array_sum(array_map(fn ($part) => $part->weight * $part->count, $box->parts));\n            $found[] = new Box($box->id, $weight, $shelf->name . '-' . $position);\n        }\n        usort($found, fn ($a, $b) => $a->weight <=> $b->weight);\n        return $found;\n    }\n`,
    tail: "}\n",
  },
];

/** Python files have numbers in a row, `tasks0.py`, `tasks1.py`, …: what a click asks for is among them. */
export function* makePrograms(lines: number): Generator<Program> {
  let written = 0;
  for (let file = 0; written < lines; file += 1) {
    const language = languages[file % languages.length]!;
    const number = Math.floor(file / languages.length);
    const methods = Array.from({ length: METHODS }, (_unused, index) =>
      language.method(number, index),
    );
    const text = language.head(number) + methods.join("") + language.tail;
    written += text.split("\n").length;
    const folder = `service${number % SERVICES}/part${Math.floor(number / SERVICES) % 20}`;
    yield { path: `${folder}/tasks${number}.${language.extension}`, text };
  }
}

<?php
// Records the spans of a program that really runs, named as OpenTelemetry's instrumentation of the framework names them,
// which is a C extension that no package registry of a distribution has. Each span has the innermost line of the program
// that started it; a server's span the function that calls here() in its first line.

final class Recorder
{
    public static array $open = [];
    public static array $rows = [];
    public static string $folder = '';
}

function listPlaces(): array
{
    $places = array_filter(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), fn ($frame) => str_starts_with($frame['file'] ?? '', Recorder::$folder));
    return array_values(array_map(fn ($frame) => [substr($frame['file'], strlen(Recorder::$folder)), $frame['line']], $places));
}

function startSpan(string $name, string $kind = 'internal', array $attributes = []): stdClass
{
    $place = $kind === 'server' ? null : (listPlaces()[0] ?? null);
    $span = (object) ['name' => $name, 'kind' => $kind, 'attributes' => $attributes, 'at' => $place === null ? null : "$place[0]:$place[1]"];
    Recorder::$open[] = $span;
    return $span;
}

function endSpan(): void
{
    $span = array_pop(Recorder::$open);
    if ($span->at === null) return;
    $span->attributes = (object) $span->attributes;
    Recorder::$rows[$span->at . $span->name] = json_encode($span, JSON_UNESCAPED_SLASHES);
}

function traced(string $name, callable $body): mixed
{
    startSpan($name);
    try {
        return $body();
    } finally {
        endSpan();
    }
}

function here(): void
{
    [$path, $line] = listPlaces()[0];
    for ($index = count(Recorder::$open) - 1; $index >= 0; $index--) {
        $span = Recorder::$open[$index];
        if ($index === count(Recorder::$open) - 1 || $span->kind === 'server') $span->at = "$path:" . ($line - 2);
        if ($span->kind === 'server') return;
        if ($span->attributes === []) return;
    }
}

function writeRecording(string $target): void
{
    ksort(Recorder::$rows);
    $framework = basename($target, '.json');
    file_put_contents($target, "{\"framework\":\"$framework\",\"spans\":[\n" . implode(",\n", Recorder::$rows) . "\n]}\n");
    echo "$framework: " . count(Recorder::$rows) . " spans\n";
}

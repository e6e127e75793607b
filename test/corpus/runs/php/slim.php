<?php
// php slim.php ../recordings/slim_bikes.json

require 'Slim/autoload.php';
require __DIR__ . '/recorder.php';

use Slim\App;
use Slim\Http\Environment;
use Slim\Http\Request;
use Slim\Http\Response;
use Slim\Interfaces\InvocationStrategyInterface;

Recorder::$folder = __DIR__ . '/slim_bikes/';
$strategy = new class implements InvocationStrategyInterface {
    public function __invoke(callable $callable, Psr\Http\Message\ServerRequestInterface $request, Psr\Http\Message\ResponseInterface $response, array $arguments)
    {
        $route = $request->getAttribute('route');
        $server = Recorder::$open[0];
        $server->attributes['http.route'] = $route->getName() ?? $route->getPattern();
        $server->name .= ' ' . $server->attributes['http.route'];
        $name = is_array($callable) ? get_class($callable[0]) . "::$callable[1]" : ($callable instanceof Closure ? 'Closure' : get_class($callable));
        if (is_object($callable) && !$callable instanceof Closure) $name .= '::__invoke';
        startSpan($name, 'internal', ['code.function.name' => $name]);
        try {
            return $callable($request, $response, $arguments);
        } finally {
            endSpan();
        }
    }
};
$app = new App(['foundHandler' => fn () => $strategy]);
(require __DIR__ . '/slim_bikes/index.php')($app);
foreach (['GET /bikes', 'GET /bikes/3', 'PUT /bikes/3', 'DELETE /bikes/3', 'POST /bikes/3/rentals', 'GET /health', 'GET /search/red', 'GET /v2/stations/north/bikes'] as $each) {
    [$method, $path] = explode(' ', $each);
    startSpan($method, 'server', ['http.request.method' => $method, 'url.path' => $path, 'url.full' => "http://localhost$path"]);
    $answer = $app->process(Request::createFromEnvironment(Environment::mock(['REQUEST_METHOD' => $method, 'REQUEST_URI' => $path])), new Response());
    if ($answer->getStatusCode() >= 400) echo "ANSWER $each {$answer->getStatusCode()}\n";
    endSpan();
}
writeRecording($argv[1]);

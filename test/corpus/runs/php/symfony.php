<?php
// php symfony.php ../recordings/symfony_press.json

require 'Symfony/Bundle/FrameworkBundle/autoload.php';
require 'Symfony/Component/Yaml/autoload.php';
require __DIR__ . '/recorder.php';

use Symfony\Component\HttpFoundation\Request;

Recorder::$folder = __DIR__ . '/symfony_press/';
spl_autoload_register(function (string $class) {
    if (str_starts_with($class, 'Press\\')) require __DIR__ . '/symfony_press/src/' . strtr(substr($class, 6), '\\', '/') . '.php';
});
$kernel = new Press\Kernel('test', true);
foreach (['GET /articles', 'GET /articles/first', 'POST /articles/first/publish', 'GET /feed.xml', 'GET /authors/4', 'GET /admin', 'POST /admin/users/7/ban'] as $each) {
    [$method, $path] = explode(' ', $each);
    $span = startSpan($method, 'server', ['http.request.method' => $method, 'url.full' => "http://localhost$path", 'code.function.name' => 'Symfony\Component\HttpKernel\HttpKernel::handle']);
    $request = Request::create($path, $method);
    $answer = $kernel->handle($request);
    $route = $request->attributes->get('_route');
    $span->name = "$method $route";
    $span->attributes['http.route'] = $route;
    if ($answer->getStatusCode() >= 400) echo "ANSWER $each {$answer->getStatusCode()} " . substr(strip_tags($answer->getContent()), 0, 300) . "\n";
    endSpan();
}
writeRecording($argv[1]);

<?php

namespace Bikes;

final class BikeController
{
    public function list($request, $response)
    {
        here();
        traced('load bikes', fn () => ['red', 'blue']);
        return $response;
    }

    public function show($request, $response, array $arguments)
    {
        here();
        (new Garage())->inspect($arguments['id']);
        return $response;
    }

    public function update($request, $response)
    {
        here();
        $span = startSpan('paint_bike');
        endSpan();
        return $response;
    }

    public function remove($request, $response)
    {
        here();
        return $response;
    }

    public function search($request, $response)
    {
        here();
        return $response;
    }

    public function atStation($request, $response)
    {
        here();
        return $response;
    }
}

final class Garage
{
    private const INSPECT = 'inspect bike';

    public function inspect(string $id): void
    {
        traced(self::INSPECT, fn () => $id);
        traced("oil bike {$id}", fn () => $id);
    }
}

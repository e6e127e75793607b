<?php

namespace Bikes;

final class RentalAction
{
    public function __invoke($request, $response)
    {
        here();
        traced(
            'reserve bike',
            fn () => true,
        );
        return $response;
    }
}

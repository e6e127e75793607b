<?php

require __DIR__ . '/src/BikeController.php';
require __DIR__ . '/src/RentalAction.php';

use Bikes\BikeController;
use Bikes\RentalAction;
use Slim\App;

return function (App $app) {
    $app->get('/bikes', BikeController::class . ':list');
    $app->group('/bikes/{id:[0-9]+}', function (App $group) {
        $group->get('', BikeController::class . ':show');
        $group->put('', BikeController::class . ':update');
        $group->delete('', BikeController::class . ':remove');
        $group->post('/rentals', RentalAction::class)->setName('rent-bike');
    });
    $app->get('/health', function ($request, $response)
    {
        here();
        return $response;
    });
    $app->map(['GET', 'POST'], '/search[/{word}]', 'Bikes\BikeController:search');
    $app->group('/v2', function ($v2) {
        $v2->group('/stations', function ($stations) {
            $stations->get('/{station}/bikes', BikeController::class . ':atStation');
        });
    });
};

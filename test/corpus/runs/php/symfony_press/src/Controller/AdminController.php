<?php

namespace Press\Controller;

use Symfony\Component\HttpFoundation\Response;

class AdminController
{
    public function dashboard(): Response
    {
        here();
        return new Response('admin');
    }

    public function banUser(int $id): Response
    {
        here();
        return new Response('banned');
    }
}

<?php

namespace Press\Controller;

use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\Routing\Annotation\Route;

class FeedController
{
    #[Route(path: '/feed.{_format}', name: 'feed')]
    public function __invoke(): Response
    {
        here();
        return new Response('feed');
    }

    #[Route('/authors/{id<\d+>}')]
    public function author(int $id): Response
    {
        here();
        return new Response('author');
    }
}

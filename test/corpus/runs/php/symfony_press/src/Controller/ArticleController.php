<?php

namespace Press\Controller;

use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\Routing\Annotation\Route;

#[Route('/articles', name: 'article_')]
class ArticleController extends AbstractController
{
    #[Route('', name: 'index', methods: ['GET'])]
    public function index(): Response
    {
        here();
        return new Response(traced('collect articles', fn () => 'all'));
    }

    #[Route('/{slug}', name: 'show', methods: ['GET'])]
    public function show(string $slug): Response
    {
        here();
        return new Response($slug);
    }

    #[Route('/{slug}/publish', name: 'publish', methods: ['POST'])]
    public function publish(string $slug): Response
    {
        here();
        startSpan('publish ' . $slug);
        endSpan();
        return new Response($slug);
    }
}

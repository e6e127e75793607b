import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { AnimalsModule } from "./animals/animals.module";
import { KeepersController } from "./keepers.controller";

@Module({ imports: [AnimalsModule], controllers: [KeepersController] })
class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create(AppModule, { logger: false });
  app.setGlobalPrefix("api");
  await app.listen(0, "127.0.0.1");
  const { port } = app.getHttpServer().address();
  ask(port, [
    "GET /api/animals",
    "GET /api/animals/4",
    "POST /api/animals",
    "DELETE /api/animals/4",
    "PUT /api/animals/4/food",
    "GET /api/keepers",
    "GET /api/keepers/ann/shifts",
    "PATCH /api/keepers/ann",
  ]);
}

void bootstrap();

import { Controller, Delete, Get, Inject, Param, Post, Put } from "@nestjs/common";
import { AnimalsService } from "./animals.service";

@Controller("animals")
export class AnimalsController {
  constructor(@Inject(AnimalsService) private readonly animals: AnimalsService) {}

  @Get()
  list() {
    here();
    return this.animals.findAll();
  }

  @Get(":id")
  show(@Param("id") id: string) {
    here();
    return id;
  }

  @Post()
  async add() {
    here();
    return {};
  }

  @Delete(":id")
  async remove(@Param("id") id: string) {
    here();
    return id;
  }

  @Put(":id/food")
  feed(@Param("id") id: string) {
    here();
    return this.animals.feed(id);
  }
}

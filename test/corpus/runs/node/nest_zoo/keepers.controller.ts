import { Controller, Get, Param, Patch } from "@nestjs/common";

@Controller({ path: "keepers" })
export class KeepersController {
  @Get()
  findAll() {
    here();
    return [];
  }

  @Get("/:name/shifts")
  shifts(@Param("name") name: string) {
    here();
    return name;
  }

  @Patch(":name")
  rename(@Param("name") name: string) {
    here();
    return name;
  }
}

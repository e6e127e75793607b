import { Injectable } from "@nestjs/common";
import { trace } from "@opentelemetry/api";

@Injectable()
export class AnimalsService {
  private readonly tracer = trace.getTracer("animals");

  findAll(): string[] {
    return this.tracer.startActiveSpan("count animals", span => {
      span.end();
      return [];
    });
  }

  feed(id: string): string {
    const span = this.tracer.startSpan("feed animal");
    span.end();
    return id;
  }
}
